import { Duration } from "aws-cdk-lib";
import { BackupPlan, BackupPlanRule, BackupResource, BackupVault } from "aws-cdk-lib/aws-backup";
import { Schedule } from "aws-cdk-lib/aws-events";
import { ManagedPolicy, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import type { Records } from "./records.ts";
import { stackSuffix } from "./stack-suffix.ts";
import type { StageConfig } from "./stages.ts";

/** What is erased must be gone from copies too by then. */
const kept = Duration.days(35);

/** A copy of records and evidence each day, and one of it in another account, which outlives this one. */
export class Backup extends Construct {
  constructor(
    scope: Construct,
    id: string,
    props: { readonly config: StageConfig; readonly records: Records; readonly copyTo: string },
  ) {
    super(scope, id);
    const { config, records, copyTo } = props;
    const vault = new BackupVault(this, "Vault", {
      backupVaultName: `${config.stage}-${stackSuffix(this)}`,
      encryptionKey: records.key,
      removalPolicy: config.removal,
    });
    const plan = new BackupPlan(this, "Plan", {
      backupVault: vault,
      backupPlanRules: [
        new BackupPlanRule({
          // At night in all of the United States.
          scheduleExpression: Schedule.cron({ minute: "0", hour: "8" }),
          deleteAfter: kept,
          copyActions: [
            {
              destinationBackupVault: BackupVault.fromBackupVaultArn(this, "Elsewhere", copyTo),
              deleteAfter: kept,
            },
          ],
        }),
      ],
    });
    const role = new Role(this, "Role", { assumedBy: new ServicePrincipal("backup.amazonaws.com") });
    for (const name of ["service-role/AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForS3Backup"]) {
      role.addManagedPolicy(ManagedPolicy.fromAwsManagedPolicyName(name));
    }
    plan.addSelection("Records", {
      role,
      resources: [BackupResource.fromArn(records.table.tableArn), BackupResource.fromArn(records.bucket.bucketArn)],
    });
  }
}
