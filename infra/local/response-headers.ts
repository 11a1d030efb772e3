import { z } from "zod";

const override = { Override: z.boolean() };
const configSchema = z.strictObject({
  Name: z.string(),
  Comment: z.string().optional(),
  CustomHeadersConfig: z
    .strictObject({ Items: z.array(z.strictObject({ Header: z.string(), Value: z.string(), ...override })) })
    .optional(),
  SecurityHeadersConfig: z
    .strictObject({
      ContentSecurityPolicy: z.strictObject({ ContentSecurityPolicy: z.string(), ...override }).optional(),
      ContentTypeOptions: z.strictObject(override).optional(),
      FrameOptions: z.strictObject({ FrameOption: z.string(), ...override }).optional(),
      ReferrerPolicy: z.strictObject({ ReferrerPolicy: z.string(), ...override }).optional(),
      StrictTransportSecurity: z.unknown().optional(),
    })
    .optional(),
});

/**
 * The headers of a CloudFront response headers policy. Strict-Transport-Security is left out: browsers ignore it over
 * plain HTTP, which is what one machine speaks.
 *
 * @param local what stands here for a source that the policy names, such as the bucket's origin.
 * @throws where the policy says something that would be lost.
 */
export function responseHeaders(config: unknown, local: (source: string) => string): Record<string, string> {
  const parsed = configSchema.safeParse(config);
  if (!parsed.success) {
    throw new Error(`The template's response headers policy cannot be read. ${z.prettifyError(parsed.error)}`);
  }
  const { CustomHeadersConfig, SecurityHeadersConfig: security = {} } = parsed.data;
  const headers: Record<string, string> = {};
  for (const { Header, Value } of CustomHeadersConfig?.Items ?? []) headers[Header.toLowerCase()] = Value;
  if (security.ContentSecurityPolicy !== undefined) {
    headers["content-security-policy"] = withLocalOrigins(security.ContentSecurityPolicy.ContentSecurityPolicy, local);
  }
  if (security.ContentTypeOptions !== undefined) headers["x-content-type-options"] = "nosniff";
  if (security.FrameOptions !== undefined) headers["x-frame-options"] = security.FrameOptions.FrameOption;
  if (security.ReferrerPolicy !== undefined) headers["referrer-policy"] = security.ReferrerPolicy.ReferrerPolicy;
  return headers;
}

function withLocalOrigins(policy: string, local: (source: string) => string): string {
  return policy
    .split("; ")
    .map((directive) => [...new Set(directive.split(" ").map(local))].join(" "))
    .join("; ");
}
