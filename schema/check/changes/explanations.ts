import type { Level } from './change.ts'

type Explanation = { consequence: string; remedy: string | null }

const DEPRECATE =
  'Keep it and mark it `@deprecated(reason: "…")`. Remove it when the recorded usage shows that no client uses it.'
const TWO_STEPS = 'Deploy in two steps'

/** For each code of a breaking or dangerous change: what breaks for whom, and what to do. */
const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  FIELD_REMOVED: { consequence: 'Operations that select it are refused', remedy: DEPRECATE },
  FIELD_ARGUMENT_REMOVED: { consequence: 'Operations that pass it are refused', remedy: DEPRECATE },
  INPUT_FIELD_REMOVED: { consequence: 'Operations that pass it are refused', remedy: DEPRECATE },
  ENUM_VALUE_REMOVED: {
    consequence:
      'Operations that pass the value are refused, and clients that name it when they read the enum find it gone',
    remedy: DEPRECATE,
  },
  TYPE_REMOVED: {
    consequence: 'Operations with a fragment on it or a variable of it are refused',
    remedy: 'Deprecate the fields that return it, and remove the type after them.',
  },
  TYPE_KIND_CHANGED: {
    consequence: 'Selections and values of the old kind are refused',
    remedy: 'Add a type with another name, and fields that return it. Deprecate the old fields.',
  },
  FIELD_TYPE_CHANGED: {
    consequence: 'Clients that select it get values of another type',
    remedy: 'Add a field with another name for the new type, and deprecate this one.',
  },
  FIELD_TYPE_REFINED: {
    consequence: 'Operations with a fragment on a type that it can no longer return are refused',
    remedy: 'Add a field with another name for the new type, and deprecate this one.',
  },
  NULLABILITY_WEAKENED: {
    consequence: 'Clients that select it get null where they expect a value',
    remedy: 'Keep `!` in every subgraph that defines the field, or add a nullable field with another name.',
  },
  FIELD_ARGUMENT_TYPE_CHANGED: {
    consequence: 'Operations that pass a value or a variable of the old type are refused',
    remedy: 'Add an optional argument with another name, and deprecate this one.',
  },
  INPUT_FIELD_TYPE_CHANGED: {
    consequence: 'Values of the old type are refused',
    remedy: 'Add an optional input field with another name, and deprecate this one.',
  },
  REQUIRED_ARGUMENT_ADDED: {
    consequence: 'Operations that select the field without it are refused',
    remedy: 'Make the argument nullable, or give it a default value.',
  },
  ARGUMENT_REQUIRED: {
    consequence: 'Operations that omit it, or that pass a nullable variable, are refused',
    remedy: 'Keep the argument nullable, or keep its default value.',
  },
  REQUIRED_INPUT_FIELD_ADDED: {
    consequence: 'Values of the input type without it are refused',
    remedy: 'Make the input field nullable, or give it a default value.',
  },
  INPUT_FIELD_REQUIRED: {
    consequence: 'Values of the input type without it are refused',
    remedy: 'Keep the input field nullable, or keep its default value.',
  },
  UNION_MEMBER_REMOVED: {
    consequence: 'Operations with a fragment on it in a selection of the union are refused',
    remedy: 'Keep the type in the union until no operation has a fragment on it.',
  },
  OBJECT_TYPE_INTERFACE_REMOVED: {
    consequence: 'Operations with a fragment on the type in a selection of the interface are refused',
    remedy: 'Keep the type in the interface until no operation has a fragment on it.',
  },
  DIRECTIVE_REMOVED: { consequence: 'Operations that have it are refused', remedy: 'Keep the directive.' },
  DIRECTIVE_LOCATION_REMOVED: {
    consequence: 'Operations that have it there are refused',
    remedy: 'Keep the location.',
  },
  DIRECTIVE_ARGUMENT_REMOVED: {
    consequence: 'Operations that pass it are refused',
    remedy: 'Keep the argument.',
  },
  DIRECTIVE_ARGUMENT_TYPE_CHANGED: {
    consequence: 'Operations that pass a value of the old type are refused',
    remedy: 'Add an optional argument with another name.',
  },
  REQUIRED_DIRECTIVE_ARGUMENT_ADDED: {
    consequence: 'Operations that have it without the argument are refused',
    remedy: 'Make the argument nullable, or give it a default value.',
  },
  DIRECTIVE_REPEATABLE_REMOVED: {
    consequence: 'Operations that repeat it are refused',
    remedy: 'Keep it `repeatable`.',
  },
  INACCESSIBLE_ADDED: {
    consequence: 'It is hidden from clients by `@inaccessible`, so operations that use it are refused',
    remedy: `${DEPRECATE} Add \`@inaccessible\` then.`,
  },
  ACCESS_RESTRICTED: {
    consequence: 'Clients that lack it get null and an error instead of the value',
    remedy:
      'Make sure that the clients that use it have this access, and allow the change with an exception. Or add a field with another name.',
  },
  ACCESS_WIDENED: {
    consequence: 'Clients without it can now read the value',
    remedy: 'Check that everybody may read it.',
  },
  SCHEMA_QUERY_TYPE_CHANGED: {
    consequence: 'Fragments on the old type are refused',
    remedy: 'Keep its name.',
  },
  SCHEMA_MUTATION_TYPE_CHANGED: { consequence: 'Mutations are refused', remedy: DEPRECATE },
  SCHEMA_SUBSCRIPTION_TYPE_CHANGED: { consequence: 'Subscriptions are refused', remedy: DEPRECATE },
  FIELD_ARGUMENT_DEFAULT_CHANGED: {
    consequence: 'Operations that omit the argument may get another result',
    remedy: null,
  },
  INPUT_FIELD_DEFAULT_VALUE_CHANGED: {
    consequence: 'Operations that omit the input field may get another result',
    remedy: null,
  },
  ENUM_VALUE_ADDED: {
    consequence: 'Clients that read the enum may not expect the value',
    remedy: 'Check that clients have a default for values that they do not know.',
  },
  UNION_MEMBER_ADDED: {
    consequence: 'Clients that read the union may not expect the type',
    remedy: 'Check that clients have a default for types that they do not know.',
  },
  OBJECT_TYPE_INTERFACE_ADDED: {
    consequence: 'Clients that read the interface may not expect the type',
    remedy: 'Check that clients have a default for types that they do not know.',
  },
  FIELD_MOVED: {
    consequence:
      'Until the gateway loads the new supergraph, it requests the field from the old subgraph and operations that select it fail',
    remedy: `${TWO_STEPS}: first keep the field in the old subgraph and add it to the new one with \`@override(from: "…")\`; when the gateway has that supergraph, remove the old field.`,
  },
  SHAREABLE_FIELD_REMOVED: {
    consequence: 'Until the gateway loads the new supergraph, it may request the field from this subgraph',
    remedy: 'Publish the supergraph before you deploy the subgraph.',
  },
  KEY_REMOVED: {
    consequence:
      'Until the gateway loads the new supergraph, it loads the entity by this key, and operations that select its fields from this subgraph fail',
    remedy: `${TWO_STEPS}: first add the other key and mark this one \`resolvable: false\`; when the gateway has that supergraph, remove it.`,
  },
  KEY_WIDENED: {
    consequence:
      'Until the gateway loads the new supergraph, it sends the old key, which lacks fields that the reference resolver now needs',
    remedy: `${TWO_STEPS}: add the new key beside the old one; when the gateway has that supergraph, remove the old key.`,
  },
  KEY_NARROWED: {
    consequence: 'The remaining fields alone must identify one entity',
    remedy: 'Check that no two entities are equal in the remaining fields.',
  },
  ENTITY_NOT_RESOLVABLE: {
    consequence:
      'Until the gateway loads the new supergraph, it loads the entity here, and operations that select its fields from this subgraph fail',
    remedy: `${TWO_STEPS}: first move its fields with \`@override(from: "…")\`; when the gateway has that supergraph, set \`resolvable: false\`.`,
  },
  KEY_NOT_RESOLVABLE: {
    consequence: 'Until the gateway loads the new supergraph, it may load the entity by this key',
    remedy: 'Keep the reference resolver for this key until the gateway has the new supergraph.',
  },
  SUBGRAPH_REMOVED: {
    consequence: 'Until the gateway loads the new supergraph, it sends requests to the removed subgraph',
    remedy: `${TWO_STEPS}: first move its fields with \`@override(from: "…")\`; stop the subgraph when the gateway has the new supergraph.`,
  },
  REQUIRES_WIDENED: {
    consequence:
      'Until the gateway loads the new supergraph, it does not send the new field, so the resolver must do without it',
    remedy: 'Publish the supergraph before the resolver depends on the field.',
  },
  PROVIDES_REMOVED: {
    consequence: 'Until the gateway loads the new supergraph, it reads these fields from this subgraph',
    remedy: 'Keep the resolvers of the fields until the gateway has the new supergraph.',
  },
  INTERFACE_OBJECT_REMOVED: {
    consequence:
      'Until the gateway loads the new supergraph, it loads the interface as an object here, and operations that select these fields fail',
    remedy: `${TWO_STEPS}: first move the fields of the interface with \`@override(from: "…")\`, then remove \`@interfaceObject\`.`,
  },
  INTERFACE_OBJECT_ADDED: {
    consequence:
      'Until the gateway loads the new supergraph, it asks for the implementing types, which this subgraph no longer has',
    remedy: 'Publish the supergraph before you deploy the subgraph.',
  },
}

/** Codes of the breaking and dangerous changes. */
export const CHANGE_CODES = Object.keys(EXPLANATIONS)

const NOTHING: Explanation = { consequence: '', remedy: null }

/** What a change means for clients and what to do. Nothing for a safe change. */
export function explain(code: string, level: Level): Explanation {
  return level === 'safe' ? NOTHING : (EXPLANATIONS[code] ?? NOTHING)
}
