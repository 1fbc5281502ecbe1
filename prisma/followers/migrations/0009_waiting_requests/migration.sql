-- Whether users has said that the request waits for a decision by hand. Then nobody needs to wait for one.
alter table follow_request add column waits boolean not null default false;
