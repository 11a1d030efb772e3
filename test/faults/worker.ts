import { subscribe } from "node:diagnostics_channel";
import { z } from "zod";
import { crashHeader, services, targetsSchema } from "./requests.ts";

/**
 * Loaded into each function's worker before its bundle: sends the AWS SDK to a fault layer instead of to the engines, by
 * the same variables that name the engines, and dies when the layer says so. The function itself knows nothing of it.
 */
const name = (service: string) => `AWS_ENDPOINT_URL_${service.toUpperCase()}`;

const response = await fetch(String(process.env.FAULTS_URL), {
  method: "POST",
  body: JSON.stringify(Object.fromEntries(services.map((service) => [service, process.env[name(service)]]))),
});
const endpoints = targetsSchema.parse(await response.json());
for (const service of services) process.env[name(service)] = endpoints[service];
// Says in every request which function asks; the SDK allows 50 characters.
process.env.AWS_SDK_UA_APP_ID = String(process.env.AWS_LAMBDA_FUNCTION_NAME).slice(0, 50);

const answered = z.object({ response: z.object({ headers: z.record(z.string(), z.unknown()) }) });
subscribe("http.client.response.finish", (message) => {
  if (answered.safeParse(message).data?.response.headers[crashHeader] !== undefined) process.exit(1);
});
