import type { SchemaCase } from './schema-case.ts'

const KEY = 'type User @key(fields: "id") { id: ID!'
const users = (fields: string) => `type Query { user: User } ${KEY} ${fields} }`
const profiles = (fields: string) => `${KEY} ${fields} }`

/** Fields that move between subgraphs, and what one subgraph changes for all. */
export const FEDERATION_FIELDS: readonly SchemaCase[] = [
  {
    name: 'a field moves to another subgraph without @override',
    base: { users: users('bio: String name: String'), profiles: profiles('url: String') },
    head: { users: users('name: String'), profiles: profiles('url: String bio: String') },
    operation: '{ user { bio } }',
    verdict: 'breaks',
    codes: ['FIELD_MOVED'],
  },
  {
    name: 'a field that no operation selects moves without @override',
    base: { users: users('bio: String name: String'), profiles: profiles('url: String') },
    head: { users: users('name: String'), profiles: profiles('url: String bio: String') },
    operation: '{ user { name url } }',
    verdict: 'unused',
    codes: ['FIELD_MOVED'],
  },
  {
    name: 'a field is overridden and removed from the old subgraph in one change',
    base: { users: users('bio: String name: String'), profiles: profiles('url: String') },
    head: {
      users: users('name: String'),
      profiles: profiles('url: String bio: String @override(from: "users")'),
    },
    operation: '{ user { bio } }',
    verdict: 'breaks',
    codes: ['FIELD_MOVED'],
  },
  {
    name: 'first step of a move: the new subgraph overrides, the old one keeps the field',
    base: { users: users('bio: String name: String'), profiles: profiles('url: String') },
    head: {
      users: users('bio: String name: String'),
      profiles: profiles('url: String bio: String @override(from: "users")'),
    },
    operation: '{ user { bio } }',
    verdict: 'safe',
    codes: [],
  },
  {
    name: 'second step of a move: the overridden field is removed from the old subgraph',
    base: {
      users: users('bio: String name: String'),
      profiles: profiles('url: String bio: String @override(from: "users")'),
    },
    head: {
      users: users('name: String'),
      profiles: profiles('url: String bio: String @override(from: "users")'),
    },
    operation: '{ user { bio } }',
    verdict: 'safe',
    codes: [],
  },
  {
    name: 'a progressive override is not finished, and the old field is removed',
    base: {
      users: users('bio: String name: String'),
      profiles: profiles('bio: String @override(from: "users", label: "percent(5)")'),
    },
    head: { users: users('name: String'), profiles: profiles('bio: String') },
    operation: '{ user { bio } }',
    verdict: 'dangerous',
    codes: ['SHAREABLE_FIELD_REMOVED'],
  },
  {
    name: 'a root field moves without @override',
    base: { users: 'type Query { a: Int b: Int }', profiles: 'type Query { c: Int }' },
    head: { users: 'type Query { b: Int }', profiles: 'type Query { c: Int a: Int }' },
    operation: '{ a }',
    verdict: 'breaks',
    codes: ['FIELD_MOVED'],
  },
  {
    name: 'one of two subgraphs with a shareable field removes it',
    base: { users: users('name: String @shareable b: Int'), profiles: profiles('name: String @shareable') },
    head: { users: users('b: Int'), profiles: profiles('name: String @shareable') },
    operation: '{ user { name } }',
    verdict: 'dangerous',
    codes: ['SHAREABLE_FIELD_REMOVED'],
  },
  {
    name: 'a field becomes @external, and another subgraph resolves it',
    base: {
      users: users('bio: String text: String @requires(fields: "url")  url: String @external'),
      profiles: profiles('url: String'),
    },
    head: {
      users: users('bio: String @external text: String @requires(fields: "bio")'),
      profiles: profiles('url: String bio: String'),
    },
    operation: '{ user { bio } }',
    verdict: 'breaks',
    codes: ['FIELD_MOVED', 'REQUIRES_WIDENED'],
  },
  {
    name: 'a field is added to a second subgraph as @shareable',
    base: { users: users('name: String @shareable'), profiles: profiles('url: String') },
    head: {
      users: users('name: String @shareable'),
      profiles: profiles('url: String name: String @shareable'),
    },
    operation: '{ user { name } }',
    verdict: 'safe',
    codes: [],
  },
  {
    name: '@shareable is removed from a field of one subgraph',
    base: { users: users('name: String @shareable') },
    head: { users: users('name: String') },
    operation: '{ user { name } }',
    verdict: 'safe',
    codes: [],
  },
  {
    name: 'a shareable field becomes nullable in one subgraph',
    base: {
      users: users('name: String! @shareable'),
      profiles: profiles('name: String! @shareable'),
    },
    head: {
      users: users('name: String! @shareable'),
      profiles: profiles('name: String @shareable'),
    },
    operation: '{ user { name } }',
    verdict: 'breaks',
    codes: ['NULLABILITY_WEAKENED'],
  },
  {
    name: 'a second subgraph adds a shareable field as nullable',
    base: { users: users('name: String! @shareable'), profiles: profiles('url: String') },
    head: {
      users: users('name: String! @shareable'),
      profiles: profiles('url: String name: String @shareable'),
    },
    operation: '{ user { name } }',
    verdict: 'breaks',
    codes: ['NULLABILITY_WEAKENED'],
  },
  {
    name: 'one subgraph makes a nullable shareable field not null, and the other does not',
    base: { users: users('name: String @shareable'), profiles: profiles('name: String @shareable') },
    head: { users: users('name: String! @shareable'), profiles: profiles('name: String @shareable') },
    operation: '{ user { name } }',
    verdict: 'safe',
    codes: [],
  },
  {
    name: 'an argument becomes required by one of two subgraphs',
    base: {
      users: users('name(n: Int): String @shareable'),
      profiles: profiles('name(n: Int): String @shareable'),
    },
    head: {
      users: users('name(n: Int): String @shareable'),
      profiles: profiles('name(n: Int!): String @shareable'),
    },
    operation: '{ user { name } }',
    verdict: 'breaks',
    codes: ['ARGUMENT_REQUIRED'],
  },
  {
    name: 'a second subgraph defines a field without its argument',
    base: { users: users('name(n: Int): String @shareable'), profiles: profiles('url: String') },
    head: {
      users: users('name(n: Int): String @shareable'),
      profiles: profiles('url: String name: String @shareable'),
    },
    operation: '{ user { name(n: 1) } }',
    verdict: 'breaks',
    codes: ['FIELD_ARGUMENT_REMOVED'],
  },
  {
    name: 'a second subgraph defines an input without one of its fields',
    base: {
      users: 'type Query { a(f: F): Int } input F { x: Int y: Int }',
      profiles: 'type Query { b: Int }',
    },
    head: {
      users: 'type Query { a(f: F): Int } input F { x: Int y: Int }',
      profiles: 'type Query { b(f: F): Int } input F { x: Int }',
    },
    operation: '{ a(f: { y: 1 }) }',
    verdict: 'breaks',
    codes: ['INPUT_FIELD_REMOVED', 'FIELD_ARGUMENT_ADDED'],
  },
  {
    name: 'a second subgraph defines an input enum without one of its values',
    base: { users: 'type Query { a(e: E): Int } enum E { X Y }', profiles: 'type Query { b: Int }' },
    head: {
      users: 'type Query { a(e: E): Int } enum E { X Y }',
      profiles: 'type Query { b: Int c(e: E): Int } enum E { X }',
    },
    operation: '{ a(e: Y) }',
    verdict: 'breaks',
    codes: ['ENUM_VALUE_REMOVED'],
  },
]
