import { openTemplate } from "../infra/template/open-template.ts";
import { stateMachineFindings, templateFindings } from "./findings.ts";

/** Has what knows nothing of ours read the template and its state machines. */
const { template, cloud } = await openTemplate();
const findings = [...templateFindings(template), ...stateMachineFindings(cloud)];
for (const finding of findings) process.stderr.write(`${finding}\n`);
if (findings.length > 0) process.exit(1);
