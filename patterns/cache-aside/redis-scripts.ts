/**
 * The scripts of the cache in Redis. KEYS[1] is the hash `at` of a domain; the names of all other keys are made from it, and
 * lie in the same slot of a Redis Cluster. `at` has the fields:
 *
 * - `incarnation`: a random text in the names of all facets and entries; a new one makes everything before unreachable
 * - `p:DATABASE`: the position in the log of a database, `EPOCH:OFFSET`
 * - `t:DATABASE`: the last control record that was applied, as JSON text; absent before the first one
 *
 * `r:DATABASE` is a sorted set of the recent invalidations, a facet and its offset. Its member `\n` is the floor: the set
 * knows nothing of invalidations up to it. These keys have no expiry, so they are never evicted.
 *
 * `INCARNATION:f:FACET` is the nonce of a facet; an invalidation deletes it. `INCARNATION:e:KEY` is an entry: a line of JSON
 * with its databases, its facets and their nonces, then the value.
 */

const NAMES = `
local prefix = string.sub(KEYS[1], 1, -3)
local function facetKey(incarnation, facet) return prefix .. incarnation .. ':f:' .. facet end
local function entryKey(incarnation, key) return prefix .. incarnation .. ':e:' .. key end
local function recentKey(database) return prefix .. 'r:' .. database end
local FLOOR = '\\n'`

/** ARGV: the keys of entries. Returns `at` as a list, then for each key its header, value and remaining milliseconds, or an empty list. */
export const READ = `${NAMES}
local at = redis.call('HGETALL', KEYS[1])
local incarnation = redis.call('HGET', KEYS[1], 'incarnation')
local replies = {at}
if not incarnation then return replies end
local nonces = {}
for i = 1, #ARGV do
  local key = entryKey(incarnation, ARGV[i])
  local entry = redis.call('GET', key)
  local reply = {}
  if entry then
    local line = string.find(entry, '\\n', 1, true)
    local header = string.sub(entry, 1, line - 1)
    local facets = cjson.decode(header).facets
    local current = true
    for j = 1, #facets, 2 do
      local facet = facets[j]
      local nonce = nonces[facet]
      if nonce == nil then
        nonce = redis.call('GET', facetKey(incarnation, facet))
        nonces[facet] = nonce
      end
      if nonce ~= facets[j + 1] then
        current = false
        break
      end
    end
    if current then reply = {header, string.sub(entry, line + 1), redis.call('PTTL', key)} end
  end
  replies[i + 1] = reply
end
return replies`

/**
 * ARGV: the incarnation, a random text for new nonces, the number of databases, and for each its name, epoch and offset; then for each
 * entry its key, its time to live in milliseconds, the value, the number of its databases, these, the number of its facets, and these.
 * Returns one word for each entry.
 */
export const FILL = `${NAMES}
local incarnation, random = ARGV[1], ARGV[2]
local known = redis.call('HGET', KEYS[1], 'incarnation') == incarnation
local i = 3
local function take() i = i + 1; return ARGV[i - 1] end
local offsets = {}
for _ = 1, tonumber(take()) do
  local database, epoch, offset = take(), take(), tonumber(take())
  local at = redis.call('HGET', KEYS[1], 'p:' .. database)
  local floor = tonumber(redis.call('ZSCORE', recentKey(database), FLOOR) or '')
  if at and floor and string.match(at, '^%d+') == epoch then
    offsets[database] = {offset = offset, old = offset < floor}
  end
end
local function ending(databases, facets)
  if not known then return 'unknown position' end
  for _, database in ipairs(databases) do
    local read = offsets[database]
    if not read then return 'unknown position' end
    if read.old then return 'too old' end
    for _, facet in ipairs(facets) do
      local invalidated = redis.call('ZSCORE', recentKey(database), facet)
      if invalidated and tonumber(invalidated) > read.offset then return 'too old' end
    end
  end
  return 'stored'
end
local ends = {}
while i <= #ARGV do
  local key, ttl, value = take(), tonumber(take()), take()
  local databases, facets = {}, {}
  for n = 1, tonumber(take()) do databases[n] = take() end
  for n = 1, tonumber(take()) do facets[n] = take() end
  local fate = ending(databases, facets)
  if fate == 'stored' then
    local named = {}
    for n, facet in ipairs(facets) do
      local name = facetKey(incarnation, facet)
      local nonce = redis.call('GET', name)
      if not nonce then
        nonce = random .. ':' .. #ends .. ':' .. n
        redis.call('SET', name, nonce, 'PX', ttl)
      elseif redis.call('PTTL', name) < ttl then
        redis.call('PEXPIRE', name, ttl)
      end
      named[2 * n - 1], named[2 * n] = facet, nonce
    end
    local header = cjson.encode({databases = databases, facets = named})
    redis.call('SET', entryKey(incarnation, key), header .. '\\n' .. value, 'PX', ttl)
  end
  ends[#ends + 1] = fate
end
return ends`

/**
 * ARGV: the database, its epoch, the offset that the cache must have, the offset after that, the last control record or an empty text, the
 * maximum number of recent invalidations, an incarnation to change to if the whole database was touched, or an empty text;
 * then facets and their offsets. Returns `applied`, or the position that the cache has, or an empty text.
 *
 * The keys are deleted first: Redis refuses no deletion for lack of memory, and after it no other command of the script.
 */
export const APPLY = `${NAMES}
local database, epoch, from, to, control, most, renewed = unpack(ARGV, 1, 7)
local at = redis.call('HGET', KEYS[1], 'p:' .. database) or ''
if at ~= epoch .. ':' .. from then return at end
local incarnation = redis.call('HGET', KEYS[1], 'incarnation')
local recent = recentKey(database)
for i = 8, #ARGV, 2 do redis.call('UNLINK', facetKey(incarnation, ARGV[i])) end
if renewed ~= '' then
  redis.call('DEL', recent)
  redis.call('ZADD', recent, to, FLOOR)
  redis.call('HSET', KEYS[1], 'incarnation', renewed)
else
  -- A list that was lost begins again here.
  redis.call('ZADD', recent, 'NX', from, FLOOR)
  for i = 8, #ARGV, 2 do redis.call('ZADD', recent, ARGV[i + 1], ARGV[i]) end
  local over = redis.call('ZCARD', recent) - 1 - tonumber(most)
  if over > 0 then
    local floor = redis.call('ZSCORE', recent, FLOOR)
    redis.call('ZREM', recent, FLOOR)
    local oldest = redis.call('ZPOPMIN', recent, over)
    redis.call('ZADD', recent, math.max(tonumber(floor), tonumber(oldest[#oldest])), FLOOR)
  end
end
redis.call('HSET', KEYS[1], 'p:' .. database, epoch .. ':' .. to)
if control ~= '' then redis.call('HSET', KEYS[1], 't:' .. database, control) end
return 'applied'`

/**
 * ARGV: the incarnation that the cache must have, empty for none; the new one; then for each database its name, epoch and offset.
 * Returns the incarnation afterwards.
 */
export const START = `${NAMES}
local incarnation = redis.call('HGET', KEYS[1], 'incarnation') or ''
if incarnation ~= ARGV[1] then return incarnation end
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  local database = string.match(field, '^p:(.*)$')
  if database then redis.call('DEL', recentKey(database)) end
end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'incarnation', ARGV[2])
for i = 3, #ARGV, 3 do
  redis.call('HSET', KEYS[1], 'p:' .. ARGV[i], ARGV[i + 1] .. ':' .. ARGV[i + 2])
  redis.call('DEL', recentKey(ARGV[i]))
  redis.call('ZADD', recentKey(ARGV[i]), ARGV[i + 2], FLOOR)
end
return ARGV[2]`
