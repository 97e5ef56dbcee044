// Generated from conventions/model; do not edit.

/** Schema URL of the scopes of our spans, metrics and events. */
export const SCHEMA_URL = "https://spanwarden.dev/schemas/0.1.0" as const;

/** Tag of OpenTelemetry's semantic-conventions whose names these are. */
export const UPSTREAM_CORE_VERSION = "v1.44.0" as const;

/** Commit of OpenTelemetry's semantic-conventions-genai whose names these are. */
export const UPSTREAM_GEN_AI_COMMIT = "06ec68e722c45a7218e23ea1bc1339fe4e21ecae" as const;
