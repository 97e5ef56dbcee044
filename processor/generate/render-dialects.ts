import type { Dialect, Mark } from "../src/dialects/dialect.ts";
import { DIALECTS } from "../src/dialects/dialects.ts";
import { DEFAULT_IDENTITY } from "../src/dialects/identity-config.ts";
import { openTelemetryCall } from "../src/dialects/opentelemetry.ts";

/** What the processor reads of each dialect, as Markdown, made from the tables that it reads by. */
export function renderDialects(): string {
  const fields = fieldsRead();
  const sections = [
    "# Dialects",
    INTRO,
    "## How each is told",
    table(
      ["dialect", "told by"],
      DIALECTS.map(({ name, marks }) => [`\`${name}\``, marks.map(markText).join(", ")]),
    ),
    "## Which fields each has",
    MATRIX,
    matrix(fields),
    ...DIALECTS.flatMap((dialect) => [`## \`${dialect.name}\``, fieldTable(dialect, fields)]),
    "## Whose call it was",
    IDENTITY,
    table(
      ["id", "read from"],
      Object.entries(DEFAULT_IDENTITY).map(([id, keys]) => [
        `\`identity.attributes.${id}\``,
        [`spanwarden.caller.${id}`, ...keys].map(code).join(", "),
      ]),
    ),
  ];
  return `${sections.join("\n\n")}\n`;
}

const INTRO = `<!-- Generated from processor/src/dialects by \`npm run generate\`; do not edit. -->

A span or record is read under OpenTelemetry's latest names first, then by the table of each dialect that it speaks, then under
OpenTelemetry's earlier names. The first dialect in this list that it speaks gives the call its name. Attributes stay as they came.
\`N\` and \`M\` are numbers from 0; \`attribute → member\` lies inside a JSON text. What lies in a dump and is not read:
\`spanwarden inspect FILE\`.`;

const MATRIX = `\`x\`: the dialect has a name of its own for the field, which is read. All others are read where they stand under
OpenTelemetry's latest name.`;

const IDENTITY = `The first that is there counts. Each list can be replaced in the configuration; \`spanwarden.caller.*\` is always
asked first. User, session and tenant are hashed before anything is kept; a route is kept as it is, so it ought to be a template.`;

/** The attributes that make up a call, in the order in which they are read. */
function fieldsRead(): readonly string[] {
  const read = new Set<string>();
  const attributes = {
    get: (key: string) => {
      read.add(key);
      return key === "gen_ai.operation.name" ? "chat" : undefined;
    },
    keys: () => [],
  };
  openTelemetryCall(attributes, { failed: true, message: "", duration: undefined });
  for (const { fields } of DIALECTS) for (const field of Object.keys(fields)) read.add(field);
  return [...read];
}

function matrix(fields: readonly string[]): string {
  const own = fields.filter((field) => DIALECTS.some((dialect) => Object.hasOwn(dialect.fields, field)));
  return table(
    ["field", ...DIALECTS.map(({ name }) => name)],
    own.map((field) => [code(field), ...DIALECTS.map((dialect) => (Object.hasOwn(dialect.fields, field) ? "x" : ""))]),
  );
}

function fieldTable({ fields }: Dialect, order: readonly string[]): string {
  const rows = order.flatMap((field) => {
    const source = fields[field];
    return source === undefined ? [] : [[code(field), source.keys.map(code).join(", ")]];
  });
  return table(["field", "read from"], rows);
}

function markText(mark: Mark): string {
  if ("scope" in mark) return `scope ${code(`${mark.scope}*`)}`;
  return mark.value === undefined ? code(mark.attribute) : `${code(mark.attribute)} = ${code(mark.value)}`;
}

function code(text: string): string {
  return `\`${text}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
