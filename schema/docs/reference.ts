import {
  astFromValue,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  isUnionType,
  print,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type GraphQLType,
} from 'graphql'

/**
 * The reference of a schema, as one page of Markdown: queries, mutations and subscriptions first, then all types by kind and
 * name. Descriptions are Markdown already (GraphQL specification, section 2.8 "Descriptions").
 *
 * @param source the file that the schema is from, relative to the page
 */
export function referenceOf(schema: GraphQLSchema, source: string): string {
  const roots = rootsOf(schema)
  const types = Object.values(schema.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
    .filter((type) => !roots.some(({ root }) => root === type))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const kinds = KINDS.map(({ title, is }) => ({
    title,
    entries: types.filter(is).map((type) => typeEntry(type, schema)),
  }))
  const operations = roots.map(({ title, root }) => ({
    title,
    entries: Object.values(root.getFields()).map((field) => operationEntry(root, field)),
  }))
  const sections = [...operations, ...kinds].filter(({ entries }) => entries.length > 0)
  return [
    `<!-- Generated from ${source} by npm run schema:docs. -->`,
    '# Schema reference',
    schema.description ?? '',
    sections.map(({ title }) => `- [${title}](#${title.toLowerCase().replaceAll(' ', '-')})`).join('\n'),
    ...sections.flatMap(({ title, entries }) => [`## ${title}`, ...entries]),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n')
}

function rootsOf(schema: GraphQLSchema): { title: string; root: GraphQLObjectType }[] {
  const roots = [
    ['Queries', schema.getQueryType()],
    ['Mutations', schema.getMutationType()],
    ['Subscriptions', schema.getSubscriptionType()],
  ] as const
  return roots.flatMap(([title, root]) => (root ? [{ title, root }] : []))
}

const KINDS: readonly { title: string; is: (type: GraphQLNamedType) => boolean }[] = [
  { title: 'Objects', is: isObjectType },
  { title: 'Interfaces', is: isInterfaceType },
  { title: 'Unions', is: isUnionType },
  { title: 'Input objects', is: isInputObjectType },
  { title: 'Enums', is: isEnumType },
  { title: 'Scalars', is: isScalarType },
]

type AnyField = GraphQLField<unknown, unknown>

function operationEntry(root: GraphQLObjectType, field: AnyField): string {
  const parts = [
    `### ${root.name}.${field.name}`,
    deprecationOf(field),
    field.description ?? '',
    `Returns ${typeText(field.type)}.`,
    field.args.map((argument) => inputItem(argument)).join('\n'),
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

function typeEntry(type: GraphQLNamedType, schema: GraphQLSchema): string {
  const parts = [`### ${type.name}`, type.description ?? '', ...aboutType(type, schema)]
  return parts.filter((part) => part !== '').join('\n\n')
}

function aboutType(type: GraphQLNamedType, schema: GraphQLSchema): string[] {
  if (isObjectType(type) || isInterfaceType(type)) {
    const fields = Object.values(type.getFields()).map(fieldItem)
    const implementations = isInterfaceType(type) ? schema.getPossibleTypes(type) : []
    return [
      listOf('Implements', type.getInterfaces()),
      listOf('Implemented by', implementations),
      fields.join('\n'),
    ]
  }
  if (isUnionType(type)) return [listOf('One of', type.getTypes())]
  if (isInputObjectType(type)) {
    const one = type.isOneOf ? 'Exactly one of these fields is given.' : ''
    return [one, Object.values(type.getFields()).map(inputItem).join('\n')]
  }
  if (isEnumType(type)) {
    const values = type
      .getValues()
      .map((value) => item(`\`${value.name}\``, [deprecationOf(value), value.description]))
    return [values.join('\n')]
  }
  return isScalarType(type) && type.specifiedByURL ? [`Specification: <${type.specifiedByURL}>`] : []
}

function fieldItem(field: AnyField): string {
  const head = `\`${field.name}\`: ${typeText(field.type)}`
  const own = item(head, [deprecationOf(field), field.description])
  return [own, ...field.args.map((argument) => indented(inputItem(argument)))].join('\n')
}

/** An argument or an input field, with its default. */
function inputItem(input: GraphQLArgument | GraphQLInputField): string {
  const literal = input.defaultValue === undefined ? null : astFromValue(input.defaultValue, input.type)
  const head = `\`${input.name}\`: ${typeText(input.type)}${literal ? `, default \`${print(literal)}\`` : ''}`
  return item(head, [deprecationOf(input), input.description])
}

/** An item of a list. The texts follow its head; paragraphs are indented, so that they stay in it. */
function item(head: string, texts: readonly (string | null | undefined)[]): string {
  const [first = '', ...more] = texts.filter(Boolean).join('\n\n').split(/\n\n+/)
  return [
    `- ${head}${first ? `. ${indented(first).trimStart()}` : ''}`,
    ...more.map((text) => `\n${indented(text)}`),
  ].join('\n')
}

const indented = (text: string) => text.replaceAll(/^(?=.)/gm, '  ')

function deprecationOf({
  deprecationReason: reason,
}: {
  deprecationReason?: string | null | undefined
}): string {
  return typeof reason === 'string' ? `**Deprecated.** ${reason}` : ''
}

function listOf(title: string, types: readonly GraphQLNamedType[]): string {
  return types.length > 0 ? `${title} ${types.map(typeText).join(', ')}.` : ''
}

/** Built-in scalars have no entry to link to. */
function typeText(type: GraphQLType): string {
  const named = getNamedType(type)
  const text = `\`${String(type)}\``
  return isSpecifiedScalarType(named) ? text : `[${text}](#${named.name.toLowerCase()})`
}
