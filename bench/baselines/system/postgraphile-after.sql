-- Run when the tables are filled.

drop table credential, idempotency_key, outbox;
alter table post drop column mentions;

create index on post (reply_to_id, created_at, id);
alter table post
  add constraint post_author foreign key (author_id) references users,
  add constraint post_reply_to foreign key (reply_to_id) references post;
alter table post_like
  add constraint post_like_post foreign key (post_id) references post,
  add constraint post_like_user foreign key (user_id) references users;
alter table follow
  add constraint follow_follower foreign key (follower_id) references users,
  add constraint follow_followee foreign key (followee_id) references users;
alter table author_count add constraint author_count_user foreign key (author_id) references users;
alter table follow_count add constraint follow_count_user foreign key (user_id) references users;

-- Plain lists, which are cheaper than connections.
comment on table post is '@behavior +list -connection';
comment on table follow is '@behavior +list -connection';
comment on constraint post_author on post is E'@fieldName author\n@foreignSimpleFieldName posts';
comment on constraint follow_follower on follow is E'@fieldName follower\n@foreignSimpleFieldName following';
comment on constraint follow_followee on follow is E'@fieldName followee\n@foreignSimpleFieldName followers';
comment on constraint follow_count_user on follow_count is E'@foreignSingleFieldName followCount';
