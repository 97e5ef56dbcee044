import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Path of a file made for these tests alone: an authority, and what it signed, for localhost and a hundred years. */
export function certificateFile(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

export function certificate(name: string): string {
  return readFileSync(certificateFile(name), "utf8");
}
