-- A dot above an i no longer counts in searches: Turkish writes İbrahim as İBRAHİM in upper case, and many keyboards can
-- only type ibrahim. Unicode folds İ to i and a combining dot, and ı to i already; now all four are one letter. The rest of
-- search_words is as before. The words of all rows are computed anew.
create or replace function search_words(text text) returns text[] language plpgsql immutable strict parallel safe as $$
declare
  folded text := normalize(text, nfkc);
  words text[];
begin
  -- Upper case first: ß is SS there, and all forms of a letter are one.
  folded := lower(upper(folded collate "pg_unicode_fast") collate "pg_unicode_fast");
  folded := replace(folded, 'ς', 'σ');
  folded := regexp_replace(folded, 'i\u0307+', 'i', 'g');
  folded := regexp_replace(folded,
    '[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200c-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+',
    '', 'g');
  folded := normalize(folded, nfkc);
  -- With this collation, [:punct:] is Unicode's punctuation; elsewhere symbols, such as emoji, belong to it.
  words := array_remove(regexp_split_to_array(folded collate "pg_unicode_fast",
    '[[:space:][:cntrl:][:punct:]$+<=>^`|~\u02b9-\u02bf\u200b\u2800][[:space:][:cntrl:][:punct:]$+<=>^`|~\u02b9-\u02bf\u200b\u2800\u0300-\u036f]*'
  ), '');
  if cardinality(words) = 0 then
    words := array_remove(array[regexp_replace(folded collate "pg_unicode_fast", '[[:space:][:cntrl:]\u200b\u2800]+', '', 'g')], '');
  end if;
  -- A lexeme has at most 2,046 bytes.
  return array(select left(word, 500) from unnest(words) as word);
end $$;

drop index users_words_idx;
alter table users drop column words;
alter table users add column words tsvector not null generated always as (array_to_tsvector(search_words(name))) stored;
create index users_words_idx on users using gin (words);
