-- Posts that a person likes, the latest like first (Viewer.likedPosts).
create index post_like_user_idx on post_like (user_id, liked_at desc, post_id desc);
