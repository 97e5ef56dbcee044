import { writeFileSync } from "node:fs";

import { renderDialects } from "./render-dialects.ts";

/** `npm run generate`: writes what is made from the dialects' tables. */
writeFileSync(new URL("../../docs/dialects.md", import.meta.url), renderDialects());
console.log("docs/dialects.md");
