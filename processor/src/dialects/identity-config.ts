import { z } from "zod";

const names = (defaults: readonly string[]): z.ZodDefault<z.ZodArray<z.ZodString>> =>
  z
    .array(z.string().min(1))
    .max(50)
    .default([...defaults]);

/** Whose call it was: the attributes that say so, best first. spanwarden's own, `spanwarden.caller.*`, count before them. */
export const identityConfig = z.strictObject({
  attributes: z
    .strictObject({
      user: names([
        "user.id",
        "enduser.id",
        "enduser.pseudo.id",
        "langfuse.user.id",
        "langfuse.trace.metadata.langfuse_user_id",
        "traceloop.association.properties.user_id",
        "traceloop.association.properties.userId",
        "ai.telemetry.metadata.userId",
        "ai.settings.context.userId",
        "langwatch.user.id",
        "mlflow.trace.user",
        "gen_ai.request.user",
      ]),
      session: names([
        "session.id",
        "langfuse.session.id",
        "langfuse.trace.metadata.langfuse_session_id",
        "traceloop.association.properties.session_id",
        "traceloop.association.properties.sessionId",
        "ai.telemetry.metadata.sessionId",
        "ai.settings.context.sessionId",
        "langwatch.thread.id",
        "mlflow.trace.session",
      ]),
      tenant: names([
        "tenant.id",
        "organization.id",
        "traceloop.association.properties.tenant_id",
        "traceloop.association.properties.organization_id",
        "ai.telemetry.metadata.tenantId",
        "ai.settings.context.tenantId",
        "langwatch.customer.id",
        "langfuse.trace.metadata.tenant_id",
      ]),
      route: names(["http.route", "ai.telemetry.metadata.route", "traceloop.association.properties.route"]),
    })
    .prefault({}),
});

/** Attribute names by what they identify. */
export type IdentityAttributes = z.output<typeof identityConfig>["attributes"];

/** As they are without a configuration. */
export const DEFAULT_IDENTITY: IdentityAttributes = identityConfig.parse({}).attributes;
