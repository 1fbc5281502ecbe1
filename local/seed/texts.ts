import type { Random } from './random.ts'

/** Share of posts that mention a user. */
const MENTIONS = 0.12
/** Share of replies that begin with the handle of the author they reply to. */
const ADDRESSED = 0.5
/** Share of posts that are long. */
const ESSAYS = 0.04

/** A bio of up to 500 characters; one in ten is empty. */
export function makeBio(random: Random): string {
  if (random.chance(0.1)) return ''
  const parts = [random.pick(ROLES), capital(random.pick(LIKES)), `In ${random.pick(PLACES)}`]
  return `${parts.slice(random.below(2), 2 + random.below(2)).join('. ')}.`
}

/** Text of a post that is not a reply, 1 to 5,000 characters. `anybody` returns the handle of a user to mention. */
export function makePost(random: Random, anybody: () => string): string {
  const sentences = random.chance(ESSAYS) ? 8 + random.below(17) : 1 + random.below(3)
  const text = Array.from({ length: sentences }, () => makeSentence(random)).join(' ')
  if (!random.chance(MENTIONS)) return text
  return random.chance(0.5) ? `${text} ${random.pick(ASIDES)} @${anybody()}` : `@${anybody()} ${text}`
}

/** Text of a reply; `author` is the handle of the author it replies to. */
export function makeReply(random: Random, author: string): string {
  const opening = random.chance(ADDRESSED) ? `@${author} ` : ''
  const more = random.chance(0.4) ? ` ${makeSentence(random)}` : ''
  return `${opening}${random.pick(REACTIONS)}${more}`
}

function makeSentence(random: Random): string {
  return capital(
    random.pick(SENTENCES).replace(/\{(\w+)\}/g, (_, slot: keyof typeof FILL) => random.pick(FILL[slot])),
  )
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

const SENTENCES = [
  '{moment} I finally understood {topic}.',
  'does anybody here know a good book about {topic}?',
  '{topic}: {feeling}.',
  'spent {span} on {topic} and I would do it again.',
  'greetings from {place}, where {like} is what everybody talks about.',
  'nobody told me that {topic} would be {feeling}.',
  'unpopular opinion: {like} beats {topic}.',
  'if you are in {place}, come by. We do {like} and talk about {topic}.',
  'I keep coming back to {topic}. It is {feeling}.',
  '{moment}, {place}, {like}. What more do you want?',
  'three things I learned from {like}: be early, be kind, write it down.',
  'we met about {topic} {moment}. Notes follow.',
  'still thinking about that conversation on {topic} in {place} 🌿',
  'today I threw away {span} of work on {topic}: {feeling}, but right.',
  'ça y est: {like} à {place} ✨',
] as const
const TOPICS = [
  'distributed clocks',
  'sourdough',
  'the night train',
  'old maps',
  'type systems',
  'the school play',
  'city trees',
  'graph databases',
  'bicycle brakes',
  'early music',
  'the new library',
  'cache invalidation',
  'football in the rain',
  'letters from my grandmother',
  'stair design',
  'the price of tomatoes',
] as const
const PLACES = [
  'Lisbon',
  'Nairobi',
  'Kraków',
  'Osaka',
  'Montréal',
  'Bologna',
  'Leeds',
  'Medellín',
  'Tromsø',
  'Chennai',
  'Izmir',
  'Graz',
  'Wellington',
  'Dakar',
] as const
const LIKES = [
  'swimming',
  'chess',
  'long walks',
  'choir',
  'bouldering',
  'strong coffee',
  'film photography',
  'gardening',
  'radio plays',
  'table tennis',
  'birdwatching',
  'bookbinding',
  'cooking for twelve',
] as const
const ROLES = [
  'Nurse',
  'Carpenter',
  'Writes software',
  'Teaches physics',
  'Student of law',
  'Beekeeper',
  'Translator',
  'Runs a small bakery',
  'Civil engineer',
  'Retired, busy',
  'Plays the cello',
  'Drives trams',
] as const
const MOMENTS = [
  'this morning',
  'last night',
  'an hour before dawn',
  'on Tuesday',
  'in the night train',
] as const
const SPANS = ['two weeks', 'the whole weekend', 'half a year', 'three evenings', 'a day and a half'] as const
const FEELINGS = [
  'harder than it looks',
  'a small joy',
  'worth it',
  'a mess',
  'funnier every time',
  'underrated',
] as const
const FILL = { topic: TOPICS, place: PLACES, like: LIKES, moment: MOMENTS, span: SPANS, feeling: FEELINGS }
const ASIDES = ['Thanks', 'Ask', 'With', 'This one is for', 'Right,', '/cc'] as const
const REACTIONS = [
  'Yes!',
  'I was about to say the same.',
  'Not in my experience, but tell me more.',
  'Where was this?',
  'Congratulations 🎉',
  'This made my day.',
  'Counterpoint: no.',
  'Could you share the details?',
  'Same here, every single time.',
  'Count me in.',
  'I had no idea. Thank you.',
] as const
