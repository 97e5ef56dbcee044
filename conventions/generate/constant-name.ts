/** The constant of an attribute, event, metric or flag: prefix and upper case, `.` written as `_`. */
export function constantName(prefix: "ATTR" | "EVENT" | "METRIC" | "FLAG", name: string): string {
  return `${prefix}_${upper(name)}`;
}

/** The constant of a value of an enum attribute. */
export function valueConstantName(attribute: string, member: string): string {
  return `${upper(attribute)}_VALUE_${upper(member)}`;
}

function upper(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_");
}
