/** Header, or gRPC metadata, that names the processors a request has been through: their ids, oldest first. */
export const VIA_HEADER = "spanwarden-via";

/** Its value in a request's headers, which both protocols write in lower case. */
export function viaOf(headers: Readonly<Record<string, string | readonly string[] | undefined>>): string | undefined {
  const value = headers[VIA_HEADER];
  return typeof value === "object" ? value.join(",") : value;
}

/** Ids kept of a longer chain, the newest: no header grows without bound. */
const MOST_IDS = 16;
const ID = /^[\w.:-]{1,64}$/;

/** The ids in a header's value; what is not an id is left out. */
export function viaIds(value: string | undefined): readonly string[] {
  return (value ?? "")
    .split(",")
    .map((id) => id.trim())
    .filter((id) => ID.test(id));
}

/** The header's value with one more id. */
export function appendVia(value: string | undefined, id: string): string {
  return [...viaIds(value), id].slice(-MOST_IDS).join(",");
}
