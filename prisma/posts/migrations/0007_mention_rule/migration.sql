-- Stored mentions that are none by the rule of subgraphs/posts/domain/mention-rule.ts (parts of addresses and of longer
-- names) go: a rename would change the addresses. What is a mention by that rule only is not added, since nobody was
-- notified of it. Where the rule needs Unicode's tables, this uses those of Postgres (ICU), for letters beside the sign.
create function migrating_is_mention(typed text, start integer, length integer) returns boolean language sql immutable
return (
  select before !~ '[@＠=.+:/&#%~\\\u2010\u2011-][\u0300-\u036f\ufe0f\u200c-\u200f\u2060]*$'
    and before !~ '[[:alnum:]_][\u0300-\u036f\ufe0f\u200c-\u200f\u2060]+$' collate "und-x-icu"
    and before !~* '(://|(^|[^[:alnum:]])www\.|\.[[:alnum:]-]{2,63}(:\d{1,5})?[/?#])[^\s<>"«»‘’“”\u3000-\u303f\uff00-\uff0f\uff1a-\uff20]*$' collate "und-x-icu"
    and after !~ '^[\u0300-\u036f\u00ad\u200c-\u200f\u2060]*(?![\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff])[[:alnum:]_@＠]' collate "und-x-icu"
    and after !~ '^[\u0300-\u036f]'
    and after !~ '^[.:/-](?![\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])[[:alnum:]_]' collate "und-x-icu"
  from (
    -- `start` counts UTF-16 units: a character beyond the first 65,536 is two.
    select regexp_replace(typed, '[\U00010000-\U0010ffff]', '··', 'g') as units
  ) as text, substr(units, 1, start) as before, substr(units, start + length + 1) as after
);

create function migrating_mentions_of(typed text, mentions jsonb) returns jsonb language sql immutable
return (
  select jsonb_agg(mention order by number)
  from jsonb_array_elements(mentions) with ordinality as stored (mention, number)
  where migrating_is_mention(typed, (mention->>'start')::integer, (mention->>'length')::integer)
);

update post set mentions = migrating_mentions_of(text, mentions)
where mentions is not null and mentions is distinct from migrating_mentions_of(text, mentions);

update post_edit set mentions = migrating_mentions_of(text, mentions)
where mentions is not null and mentions is distinct from migrating_mentions_of(text, mentions);

drop function migrating_mentions_of, migrating_is_mention;
