/** What to do about the errors of composition that occur most. The codes are those of `@apollo/federation-internals`. */
export const REMEDIES: Readonly<Record<string, string>> = {
  INVALID_GRAPHQL:
    'Correct the SDL at this place. If a type or a directive is unknown, define it in this subgraph or import it by @link.',
  FIELD_TYPE_MISMATCH:
    'Give the field one type in all subgraphs. They may differ in nullability only: the supergraph then uses the nullable type.',
  FIELD_ARGUMENT_TYPE_MISMATCH:
    'Give the argument one type in all subgraphs. They may differ in nullability only.',
  FIELD_ARGUMENT_DEFAULT_MISMATCH:
    'Give the argument the same default value in all subgraphs, or remove it from all.',
  INPUT_FIELD_DEFAULT_MISMATCH:
    'Give the input field the same default value in all subgraphs, or remove it from all.',
  INVALID_FIELD_SHARING:
    'If all subgraphs resolve the field to the same value, mark it @shareable in each of them. If it moves from one to another, mark it @override(from: "…") in the new one. Otherwise remove it from all but one.',
  SATISFIABILITY_ERROR:
    'The gateway cannot reach the field from everywhere. Add a resolvable @key that the subgraphs share, with its reference resolver, or define the field in the subgraph that the message names.',
  NO_QUERIES: 'Define at least one field of `type Query` in a subgraph.',
  TYPE_KIND_MISMATCH:
    'Define the type with one kind in all subgraphs (for example `type` in all), or rename one of them.',
  ENUM_VALUE_MISMATCH:
    'An enum used as input and as output must have the same values in all subgraphs. Add the value to the others, or mark it @inaccessible until they have it.',
  EMPTY_MERGED_ENUM_TYPE: 'Give the enum at least one value that all subgraphs define.',
  EMPTY_MERGED_INPUT_TYPE: 'Give the input type at least one field that all subgraphs define.',
  REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH:
    'Make the input field nullable, give it a default value, or add it to every subgraph that defines the input type.',
  REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH:
    'Make the argument nullable, give it a default value, or add it to every subgraph that defines the field.',
  INTERFACE_FIELD_NO_IMPLEM:
    'Add the field to the types that implement the interface, in at least one subgraph, or remove it from the interface.',
  KEY_INVALID_FIELDS: 'Name only fields that the type has in this subgraph in @key(fields:).',
  PROVIDES_INVALID_FIELDS:
    'Name only fields of the returned type in @provides(fields:). Each must be in this subgraph, marked @external.',
  REQUIRES_INVALID_FIELDS:
    'Name only fields of the same type in @requires(fields:). Each must be in this subgraph, marked @external.',
  REQUIRES_FIELDS_MISSING_EXTERNAL: 'Mark the fields that @requires names @external in this subgraph.',
  PROVIDES_FIELDS_MISSING_EXTERNAL: 'Mark the fields that @provides names @external in this subgraph.',
  EXTERNAL_UNUSED: 'Remove the @external field, or name it in @requires, @provides or @key.',
  EXTERNAL_MISSING_ON_BASE:
    'Define the field without @external in the subgraph that resolves it, or remove the @external field.',
  EXTERNAL_TYPE_MISMATCH: 'Give the @external field the type that it has in the subgraph that resolves it.',
  EXTENSION_WITH_NO_BASE: 'Define the type in a subgraph, or correct its name after `extend`.',
  KEY_FIELDS_SELECT_INVALID_TYPE:
    'Use fields of scalar, enum or object types in @key(fields:), not lists, interfaces or unions.',
  OVERRIDE_FROM_SELF_ERROR: 'Name the subgraph that resolved the field until now in @override(from:).',
  OVERRIDE_SOURCE_HAS_OVERRIDE: 'Keep @override in one of the two subgraphs only.',
  OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE:
    'Remove @override from the field, or remove @external, @requires and @provides from it in the subgraph that it is moved from.',
  INVALID_LINK_DIRECTIVE_USAGE:
    'Correct the arguments of @link: `url` is required, and each import begins with its name.',
  UNKNOWN_FEDERATION_LINK_VERSION:
    'Use a federation version that this composition knows, such as https://specs.apollo.dev/federation/v2.9.',
  INVALID_SHAREABLE_USAGE:
    'Remove @shareable from the field of an interface; mark the fields of the object types.',
  REFERENCED_INACCESSIBLE:
    'Mark the element that refers to it @inaccessible as well, or remove @inaccessible from this one.',
  ONLY_INACCESSIBLE_CHILDREN: 'Mark the type itself @inaccessible, or leave one of its members accessible.',
  SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES:
    'Let the field return the same object types in all subgraphs that resolve it.',
  INTERFACE_KEY_NOT_ON_IMPLEMENTATION: 'Add the @key of the interface to each of its implementations.',
  INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE:
    'Define every implementation of the interface in this subgraph, or use @interfaceObject.',
  ROOT_QUERY_USED: 'Rename the type `Query`, or make it the query root in the `schema` definition.',
  INVALID_SUBGRAPH_NAME: 'Rename the subgraph.',
  // Hints.
  INCONSISTENT_DESCRIPTION: 'Use one description in all subgraphs, or describe it in one of them only.',
  OVERRIDDEN_FIELD_CAN_BE_REMOVED: 'Remove the field from the subgraph that it was moved from.',
  OVERRIDE_DIRECTIVE_CAN_BE_REMOVED: 'Remove @override: no other subgraph resolves the field any more.',
  FROM_SUBGRAPH_DOES_NOT_EXIST: 'Correct the name in @override(from:), or remove the directive.',
}

/** Instead of those above, if composition does not say where the error is. */
export const REMEDIES_WITHOUT_PLACE: Readonly<Record<string, string>> = {
  INVALID_GRAPHQL: 'Correct the SDL of the subgraph.',
}
