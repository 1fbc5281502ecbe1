import { generateClients } from '../local/prisma/generate-clients.ts'
import { parseCommandLine, type Command } from '../platform/command-line.ts'
import { runCommand } from '../platform/lifecycle.ts'

const GENERATE: Command = {
  name: 'npm run generate',
  about: `Generates the Prisma clients that are missing or older than their schema. \`npm start\`, \`npm test\` and
\`npm run check\` do this themselves.`,
  options: {},
  examples: [['', 'after a change of prisma/<service>/schema.prisma']],
}

await runCommand(async () => {
  parseCommandLine(GENERATE)
  await generateClients(console.log)
})
