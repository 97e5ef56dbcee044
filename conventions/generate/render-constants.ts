import type { Constant } from "./constants.ts";

const WIDTH = 110;

/** A TypeScript file of constants, sorted by name so that the order of the model's files does not matter. */
export function renderConstants(constants: readonly Constant[]): string {
  const sorted = constants.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return `${["// Generated from conventions/model; do not edit.", ...sorted.map(renderConstant)].join("\n\n")}\n`;
}

function renderConstant({ name, expression, doc }: Constant): string {
  const lines = doc.flatMap((paragraph) => paragraph.split("\n")).flatMap(wrap);
  const comment =
    lines.length === 1 ? [`/** ${lines[0]} */`] : ["/**", ...lines.map((line) => ` * ${line}`.trimEnd()), " */"];
  return [...comment, `export const ${name} = ${expression};`].join("\n");
}

/** Breaks at spaces; a comment's end inside the text is taken apart. */
function wrap(paragraph: string): string[] {
  const words = paragraph.replaceAll("*/", "* /").split(" ");
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    if (line !== "" && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
