import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import { recordsTable } from "#contracts/table.ts";
import type { HandlerFunction } from "./handler-function.ts";

export type RecordTableProps = { readonly key: IKey };

type Index = keyof typeof recordsTable.indexes;

/** The force's one table, in the shape that the records are written in. */
export class RecordTable extends Construct {
  readonly table: Table;
  private readonly key: IKey;

  constructor(scope: Construct, id: string, { key }: RecordTableProps) {
    super(scope, id);
    this.key = key;
    this.table = new Table(this, "Table", {
      partitionKey: { name: recordsTable.partitionKey, type: AttributeType.STRING },
      sortKey: { name: recordsTable.sortKey, type: AttributeType.STRING },
      timeToLiveAttribute: recordsTable.timeToLive,
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    for (const { name, partitionKey, sortKey } of Object.values(recordsTable.indexes)) {
      this.table.addGlobalSecondaryIndex({
        indexName: name,
        partitionKey: { name: partitionKey, type: AttributeType.STRING },
        sortKey: { name: sortKey, type: AttributeType.STRING },
        projectionType: ProjectionType.ALL,
      });
    }
  }

  /** Lets a function read and write single items, and read what lies together. Nothing is ever scanned. */
  grantRecords(handler: HandlerFunction): void {
    handler.allow(["dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem"], [this.table.tableArn]);
    // The table's key is used in the caller's name.
    handler.allow(
      ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"],
      [this.key.keyArn],
      {
        StringEquals: { "kms:ViaService": `dynamodb.${Stack.of(this).region}.amazonaws.com` },
      },
    );
  }

  /** Lets a function take items away: the claim to a public key that a device no longer has. */
  grantRemove(handler: HandlerFunction): void {
    handler.allow(["dynamodb:DeleteItem"], [this.table.tableArn]);
  }

  /** Lets a function read one of the lists. */
  grantList(handler: HandlerFunction, index: Index): void {
    handler.allow(["dynamodb:Query"], [`${this.table.tableArn}/index/${recordsTable.indexes[index].name}`]);
  }
}
