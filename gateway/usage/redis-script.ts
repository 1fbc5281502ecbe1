/**
 * Writes a chunk. Nothing changes if the gateway has already written it, or a later one.
 *
 * KEYS: the hash of the day, and the index. The index is a sorted set of all operations, `operation:SIGNATURE`, and of all days,
 * `day:DAY`. Their score is the last day of their use, as a number of days, times 2^27, plus their bytes. The scores of the
 * members `bytes` and `count` are the sum of these bytes and the number of operations, both negative, so that they have the
 * lowest scores. One key has all of it, so that Redis cannot evict a part.
 *
 * ARGV: JSON, see `argumentOf`. Returns the number of requests that were not stored. If an operation is unknown and the chunk is
 * not complete, returns -1 and changes nothing.
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
    stored[signature] = redis.call('EXISTS', chunk.prefix .. 'operation:' .. signature) == 1
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

local SCALE = 134217728
-- What Redis needs for a field of a hash, and for a key with its expiry and its member of the index, besides the text.
local OF_FIELD, OF_KEY = 96, 320
local function sum(member) return -tonumber(redis.call('ZSCORE', KEYS[2], member) or 0) end
-- A gateway that Redis did not reach at midnight writes the day before when others write the next one.
local function put(member, bytes, score)
  local day = math.max(chunk.dayNumber, score and math.floor(tonumber(score) / SCALE) or 0)
  redis.call('ZADD', KEYS[2], string.format('%.0f', day * SCALE + math.min(bytes, SCALE - 1)), member)
end
local bytes, operations = sum('bytes'), sum('count')

local last = string.format('%.0f', (chunk.expired + 1) * SCALE - 1)
local expired = redis.call('ZRANGEBYSCORE', KEYS[2], 1, last, 'WITHSCORES')
for i = 1, #expired, 2 do
  bytes = bytes - tonumber(expired[i + 1]) % SCALE
  if string.sub(expired[i], 1, 10) == 'operation:' then operations = operations - 1 end
  redis.call('DEL', chunk.prefix .. expired[i])
end
redis.call('ZREMRANGEBYSCORE', KEYS[2], 1, last)

for _, details in ipairs(chunk.details) do
  local member = 'operation:' .. details[1]
  local score = redis.call('ZSCORE', KEYS[2], member)
  local size = #details[2] + OF_KEY
  local added = size - (score and tonumber(score) % SCALE or 0)
  if score or (operations < chunk.operations and bytes + added <= chunk.bytes) then
    if not score then operations = operations + 1 end
    bytes = bytes + added
    put(member, size, score)
    redis.call('SET', chunk.prefix .. member, details[2], 'EX', chunk.kept + 86400)
  end
end

local today = 'day:' .. chunk.day
local before = (tonumber(redis.call('ZSCORE', KEYS[2], today) or 0)) % SCALE
-- Redis has evicted the hash.
if redis.call('EXISTS', KEYS[1]) == 0 then
  bytes = bytes - before
  before = 0
end
local ofDay = before
local function add(name)
  ofDay = ofDay + #name + OF_FIELD
  bytes = bytes + #name + OF_FIELD
end
local fields = redis.call('HLEN', KEYS[1])
local function hasRoom(count, length)
  return fields + count <= chunk.fields and bytes + count * (length + OF_FIELD) <= chunk.bytes
end
local refused = 0
for _, use in ipairs(chunk.uses) do
  local of = use[1] .. ':' .. use[2]
  local isNew = redis.call('HEXISTS', KEYS[1], 'n:' .. of) == 0
  if isStored(use[1]) and (not isNew or hasRoom(2, #of + 2)) then
    if isNew then
      fields = fields + 2
      add('n:' .. of)
      add('t:' .. of)
    end
    redis.call('HINCRBY', KEYS[1], 'n:' .. of, use[3])
    local time = redis.call('HGET', KEYS[1], 't:' .. of)
    if not time or tonumber(time) < use[4] then
      redis.call('HSET', KEYS[1], 't:' .. of, string.format('%.0f', use[4]))
    end
  else
    refused = refused + use[3]
  end
end
for _, input in ipairs(chunk.inputs) do
  if isStored(input[1]) then
    local of = 'i:' .. input[1] .. ':' .. input[2]
    if redis.call('HEXISTS', KEYS[1], of) == 0 then
      if hasRoom(1, #of) then
        fields = fields + 1
        add(of)
        redis.call('HSET', KEYS[1], of, '')
      else
        refused = refused + 1
      end
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
-- These are always written: they say what is missing.
local function putGateway(name, text)
  if redis.call('HEXISTS', KEYS[1], name) == 0 then add(name .. text) end
  redis.call('HSET', KEYS[1], name, text)
end
if interrupted then putGateway(interrupted.field, interrupted.text) end
putGateway(field, cjson.encode(entry))
put(today, ofDay)
redis.call('ZADD', KEYS[2], string.format('%.0f', -bytes), 'bytes', string.format('%.0f', -operations), 'count')
redis.call('EXPIRE', KEYS[2], chunk.kept)
redis.call('EXPIRE', KEYS[1], chunk.kept)
return refused
`
