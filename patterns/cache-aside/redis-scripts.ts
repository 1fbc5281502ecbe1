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
 * `INCARNATION:f:FACET` is the nonce of a facet, and `INCARNATION:d:DATABASE` that of a whole database. An invalidation deletes it.
 * `INCARNATION:e:KEY` is an entry: its databases, its facets, their nonces, and the value, with an empty line between them. The
 * nonces are separated by spaces, databases and facets by line breaks.
 */

const NAMES = `
local prefix = string.sub(KEYS[1], 1, -3)
local function facetKey(incarnation, facet) return prefix .. incarnation .. ':f:' .. facet end
local function databaseKey(incarnation, database) return prefix .. incarnation .. ':d:' .. database end
local function entryKey(incarnation, key) return prefix .. incarnation .. ':e:' .. key end
local function recentKey(database) return prefix .. 'r:' .. database end
local FLOOR = '\\n'
local function linesOf(text)
  local lines = {}
  for line in string.gmatch(text, '[^\\n]+') do lines[#lines + 1] = line end
  return lines
end
local function nonceKeys(incarnation, databases, facets)
  local keys = {}
  for _, database in ipairs(linesOf(databases)) do keys[#keys + 1] = databaseKey(incarnation, database) end
  for _, facet in ipairs(linesOf(facets)) do keys[#keys + 1] = facetKey(incarnation, facet) end
  return keys
end`

/**
 * ARGV: the keys of entries. Returns `at` as a list, then for each key its databases, facets, value and remaining milliseconds,
 * or an empty list.
 */
export const READ = `${NAMES}
local at = redis.call('HGETALL', KEYS[1])
local incarnation = redis.call('HGET', KEYS[1], 'incarnation')
local replies = {at}
if not incarnation then return replies end
local function isCurrent(databases, facets, nonces)
  local keys = nonceKeys(incarnation, databases, facets)
  if #keys == 0 then return true end
  local found = redis.call('MGET', unpack(keys))
  for n = 1, #keys do if not found[n] then return false end end
  return table.concat(found, ' ') == nonces
end
for i = 1, #ARGV do
  local key = entryKey(incarnation, ARGV[i])
  local entry = redis.call('GET', key)
  local reply = {}
  if entry then
    local first = string.find(entry, '\\n\\n', 1, true)
    local second = string.find(entry, '\\n\\n', first + 2, true)
    local third = string.find(entry, '\\n\\n', second + 2, true)
    local databases, facets = string.sub(entry, 1, first - 1), string.sub(entry, first + 2, second - 1)
    if isCurrent(databases, facets, string.sub(entry, second + 2, third - 1)) then
      reply = {databases, facets, string.sub(entry, third + 2), redis.call('PTTL', key)}
    end
  end
  replies[i + 1] = reply
end
return replies`

/**
 * ARGV: the incarnation, a random text for new nonces; then for each entry its key, its time to live in milliseconds, the value, its
 * databases, the epochs and offsets at which they were read, and its facets. Lists are texts with line breaks.
 * Returns one word for each entry.
 */
export const FILL = `${NAMES}
local incarnation, random = ARGV[1], ARGV[2]
local known = redis.call('HGET', KEYS[1], 'incarnation') == incarnation
local function ending(databases, places, facets)
  if not known then return 'unknown position' end
  local places = linesOf(places)
  for n, database in ipairs(linesOf(databases)) do
    local epoch, offset = string.match(places[n], '^(%d+):(%d+)$')
    local at = redis.call('HGET', KEYS[1], 'p:' .. database)
    local recent = recentKey(database)
    local floor = tonumber(redis.call('ZSCORE', recent, FLOOR) or '')
    if not at or not floor or string.match(at, '^%d+') ~= epoch then return 'unknown position' end
    if tonumber(offset) < floor then return 'too old' end
    if #facets > 0 then
      for _, invalidated in ipairs(redis.call('ZMSCORE', recent, unpack(facets))) do
        if invalidated and tonumber(invalidated) > tonumber(offset) then return 'too old' end
      end
    end
  end
  return 'stored'
end
local ends = {}
for i = 3, #ARGV, 6 do
  local key, ttl, value, databases, places, facets = unpack(ARGV, i, i + 5)
  local fate = ending(databases, places, linesOf(facets))
  if fate == 'stored' then
    local nonces = {}
    for n, name in ipairs(nonceKeys(incarnation, databases, facets)) do
      local nonce = redis.call('GET', name)
      if not nonce then
        nonce = random .. '.' .. i .. '.' .. n
        redis.call('SET', name, nonce, 'PX', ttl)
      elseif redis.call('PTTL', name) < tonumber(ttl) then
        redis.call('PEXPIRE', name, ttl)
      end
      nonces[n] = nonce
    end
    local header = {databases, facets, table.concat(nonces, ' '), value}
    redis.call('SET', entryKey(incarnation, key), table.concat(header, '\\n\\n'), 'PX', ttl)
  end
  ends[#ends + 1] = fate
end
return ends`

/**
 * ARGV: the database, its epoch, the offset that the cache must have, the offset after that, the last control record or an empty text, the
 * maximum number of recent invalidations, `all` if the whole database was touched, or an empty text;
 * then facets and their offsets. Returns `applied`, or the position that the cache has, or an empty text.
 *
 * The keys are deleted first: Redis refuses no deletion for lack of memory, and after it no other command of the script.
 */
export const APPLY = `${NAMES}
local database, epoch, from, to, control, most, all = unpack(ARGV, 1, 7)
local at = redis.call('HGET', KEYS[1], 'p:' .. database) or ''
if at ~= epoch .. ':' .. from then return at end
local incarnation = redis.call('HGET', KEYS[1], 'incarnation')
local recent = recentKey(database)
for i = 8, #ARGV, 2 do redis.call('UNLINK', facetKey(incarnation, ARGV[i])) end
if all ~= '' then
  redis.call('DEL', databaseKey(incarnation, database), recent)
  redis.call('ZADD', recent, to, FLOOR)
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
