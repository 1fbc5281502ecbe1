/**
 * KEYS: the cursor, then the keys of the effects. ARGV: `from` (empty if there is no cursor), `to`, and for each effect its
 * command, the number of its key, the number of its arguments, and the arguments.
 *
 * If an earlier effect of the batch deletes or creates a key, the type check uses the type that the key has afterwards. If
 * Redis is out of memory, it refuses the first command that may need memory; once a script has written, Redis allows its
 * other commands. So neither a wrong type nor a lack of memory stops the script halfway.
 */
export const MOVE = `
local at = redis.call('GET', KEYS[1])
if at == ARGV[2] then return {'repeated'} end
if (at or '') ~= ARGV[1] then return {'fenced', at or ''} end

local needs = {HSET = 'hash', HDEL = 'hash', ZADD = 'zset', ZREM = 'zset'}
local makes = {SET = 'string', DEL = 'none', HSET = 'hash', ZADD = 'zset'}
local types = {}
local i = 3
while i <= #ARGV do
  local command, key = ARGV[i], KEYS[tonumber(ARGV[i + 1]) + 1]
  local found = types[key] or redis.call('TYPE', key).ok
  local expected = needs[command]
  if expected and found ~= 'none' and found ~= expected then return {'wrong type', key, expected, found} end
  types[key] = makes[command] or found
  i = i + 3 + tonumber(ARGV[i + 2])
end

i = 3
while i <= #ARGV do
  local last = i + 2 + tonumber(ARGV[i + 2])
  redis.call(ARGV[i], KEYS[tonumber(ARGV[i + 1]) + 1], unpack(ARGV, i + 3, last))
  i = last + 1
end
redis.call('SET', KEYS[1], ARGV[2])
return {'applied'}`
