-- searchUsers also looks for words among neighbouring handles, many rows at a time: too many to cut each name anew.
alter table users add column words tsvector not null generated always as (name_words(name)) stored;
create index users_words_idx on users using gin (words);
drop index users_name_words_idx;
