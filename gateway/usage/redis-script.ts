/**
 * Writes a chunk. Nothing changes if the gateway has already written it, or a later one.
 *
 * KEYS: the hash of the day, and the sorted set of all operations by the last day of their use. ARGV: JSON, see
 * `argumentOf`. Returns the number of requests that were not stored. If an operation is unknown and the chunk is not complete,
 * returns -1 and changes nothing.
 */
export const WRITE_CHUNK = `
local chunk = cjson.decode(ARGV[1])
local own = chunk.gateway
local field = 'g:' .. own.gateway
local interrupted
local known = redis.call('HGET', KEYS[1], field)
local entry = { gateway = own.gateway, from = own.from, lost = 0, lostFrom = 0, lostTo = 0 }
if known then
  entry = cjson.decode(known)
  if entry.sequence >= own.sequence then return 0 end
  -- Redis has lost what was written since, for example because it has loaded an older snapshot.
  if entry.to < own.from then
    interrupted = { field = field .. '.' .. entry.sequence, text = known }
    entry = { gateway = own.gateway, from = own.from, lost = 0, lostFrom = 0, lostTo = 0 }
  end
end

local stored = {}
local function isStored(signature)
  if stored[signature] == nil then
    stored[signature] = redis.call('EXISTS', chunk.prefix .. signature) == 1
  end
  return stored[signature]
end
if not chunk.complete then
  for _, details in ipairs(chunk.details) do stored[details[1]] = true end
  for _, use in ipairs(chunk.uses) do
    if not isStored(use[1]) then return -1 end
  end
  stored = {}
end

if interrupted then redis.call('HSET', KEYS[1], interrupted.field, interrupted.text) end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', chunk.expired)
local operations = redis.call('ZCARD', KEYS[2])
for _, details in ipairs(chunk.details) do
  local signature = details[1]
  local isNew = not redis.call('ZSCORE', KEYS[2], signature)
  if not isNew or operations < chunk.operations then
    if isNew then operations = operations + 1 end
    redis.call('ZADD', KEYS[2], chunk.day, signature)
    redis.call('SET', chunk.prefix .. signature, details[2], 'EX', chunk.kept + 86400)
  end
end
redis.call('EXPIRE', KEYS[2], chunk.kept)

local fields = redis.call('HLEN', KEYS[1])
local refused = 0
for _, use in ipairs(chunk.uses) do
  local of = use[1] .. ':' .. use[2]
  local isNew = redis.call('HEXISTS', KEYS[1], 'n:' .. of) == 0
  if isStored(use[1]) and (not isNew or fields + 2 <= chunk.fields) then
    if isNew then fields = fields + 2 end
    redis.call('HINCRBY', KEYS[1], 'n:' .. of, use[3])
    local last = redis.call('HGET', KEYS[1], 't:' .. of)
    if not last or tonumber(last) < use[4] then
      redis.call('HSET', KEYS[1], 't:' .. of, string.format('%.0f', use[4]))
    end
  else
    refused = refused + use[3]
  end
end
for _, input in ipairs(chunk.inputs) do
  if isStored(input[1]) then
    local of = 'i:' .. input[1] .. ':' .. input[2]
    if fields < chunk.fields then
      fields = fields + redis.call('HSETNX', KEYS[1], of, '')
    elseif redis.call('HEXISTS', KEYS[1], of) == 0 then
      refused = refused + 1
    end
  end
end

if own.lost + refused > 0 then
  if entry.lost == 0 then entry.lostFrom = own.from end
  entry.lost = entry.lost + own.lost + refused
  entry.lostTo = own['end']
end
entry.sequence = own.sequence
entry.to = own.to
entry.state = own.state
redis.call('HSET', KEYS[1], field, cjson.encode(entry))
redis.call('EXPIRE', KEYS[1], chunk.kept)
return refused
`
