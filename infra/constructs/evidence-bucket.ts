import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { AnyPrincipal, Effect, PolicyStatement, type PolicyStatementProps } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  type IBucket,
  ObjectLockRetention,
  ObjectOwnership,
  StorageClass,
} from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { FOOTAGE_PREFIX } from "#contracts/evidence-keys.ts";
import type { HandlerFunction } from "./handler-function.ts";

export type EvidenceBucketProps = {
  readonly key: IKey;
  /** How long nobody can delete an object, from its first byte on. */
  readonly lockDays: number;
  /** The longest that a lock may be extended to. */
  readonly matchedDays: number;
};

/** Longest life of a signature for a whole file, and for a part of one. */
const PUT_SIGNATURE_SECONDS = 300;
const PART_SIGNATURE_SECONDS = 900;

/**
 * Footage, weapon logs, reports and the inputs of verdicts. An object is written once, encrypted with the
 * force's key and locked from its first byte; its creation is told to EventBridge.
 */
export class EvidenceBucket extends Construct {
  readonly bucket: Bucket;
  private readonly key: IKey;
  private readonly matchedDays: number;

  constructor(scope: Construct, id: string, props: EvidenceBucketProps) {
    super(scope, id);
    this.key = props.key;
    this.matchedDays = props.matchedDays;
    this.bucket = new Bucket(this, "Bucket", {
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: ObjectLockRetention.governance(Duration.days(props.lockDays)),
      encryption: BucketEncryption.KMS,
      encryptionKey: props.key,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      serverAccessLogsBucket: accessLogBucket(this),
      serverAccessLogsPrefix: "evidence/",
      lifecycleRules: [
        { id: "incomplete-uploads", abortIncompleteMultipartUploadAfter: Duration.days(7) },
        {
          id: "colder-storage",
          transitions: [
            { storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(90) },
          ],
        },
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // The library's own switch would add a function with rights over every bucket of the account.
    (this.bucket.node.defaultChild as CfnBucket).notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };
    for (const statement of refusals(this.bucket, props.key)) this.bucket.addToResourcePolicy(statement);
  }

  get keyArn(): string {
    return this.key.keyArn;
  }

  /** Lets a function sign uploads of footage, begin them, join their parts, and look at what has come. */
  grantUpload(handler: HandlerFunction): void {
    this.allow(handler, ["s3:PutObject", "s3:ListMultipartUploadParts"], FOOTAGE_PREFIX);
    this.allowKey(handler, ["kms:Decrypt", "kms:GenerateDataKey"]);
  }

  /** Lets a function write documents below a prefix, once each. */
  grantKeep(handler: HandlerFunction, prefix: string): void {
    this.allow(handler, ["s3:PutObject"], prefix);
    this.allowKey(handler, ["kms:Decrypt", "kms:GenerateDataKey"]);
  }

  /** Lets a function read what lies below a prefix. */
  grantRead(handler: HandlerFunction, prefix: string): void {
    this.allow(handler, ["s3:GetObject"], prefix);
    this.allowKey(handler, ["kms:Decrypt"]);
  }

  /** Without this the store answers 403 instead of 404 for what is not there. */
  grantMissing(handler: HandlerFunction): void {
    handler.allow(["s3:ListBucket"], [this.bucket.bucketArn]);
  }

  /** Lets a function extend the lock of footage, in the mode of the bucket and no further than the force keeps it. */
  grantExtendRetention(handler: HandlerFunction): void {
    this.allow(handler, ["s3:PutObjectRetention"], FOOTAGE_PREFIX, {
      StringEquals: { "s3:object-lock-mode": "GOVERNANCE" },
      NumericLessThanEquals: { "s3:object-lock-remaining-retention-days": this.matchedDays },
    });
    // A refusal does not say whether the lock is longer already.
    this.allow(handler, ["s3:GetObjectRetention"], FOOTAGE_PREFIX);
  }

  /** Lets a function put footage on legal hold. The same action lifts one, hence the condition. */
  grantPlaceHold(handler: HandlerFunction): void {
    this.allowHold(handler, "ON");
  }

  /** Lets a function lift the legal hold of footage, and not place one. */
  grantLiftHold(handler: HandlerFunction): void {
    this.allowHold(handler, "OFF");
  }

  /**
   * Lets a function delete versions of footage that nothing protects, and see what protects them. It may not go past
   * a lock, and without the key it cannot read what it looks at.
   */
  grantDelete(handler: HandlerFunction): void {
    this.allow(handler, ["s3:DeleteObjectVersion"], FOOTAGE_PREFIX);
    this.allow(
      handler,
      ["s3:GetObjectVersion", "s3:GetObjectRetention", "s3:GetObjectLegalHold"],
      FOOTAGE_PREFIX,
    );
    // As for objects, so for versions: without it what is not there is refused rather than not found.
    handler.allow(["s3:ListBucketVersions"], [this.bucket.bucketArn]);
  }

  private allowHold(handler: HandlerFunction, status: "ON" | "OFF"): void {
    this.allow(handler, ["s3:PutObjectLegalHold"], FOOTAGE_PREFIX, {
      StringEquals: { "s3:object-lock-legal-hold": status },
    });
  }

  private allow(
    handler: HandlerFunction,
    actions: string[],
    prefix: string,
    conditions?: PolicyStatementProps["conditions"],
  ): void {
    handler.allow(actions, [this.bucket.arnForObjects(`${prefix}*`)], conditions);
  }

  private allowKey(handler: HandlerFunction, actions: string[]): void {
    handler.allow(actions, [this.key.keyArn], {
      StringEquals: { "kms:ViaService": `s3.${Stack.of(this).region}.amazonaws.com` },
    });
  }
}

/** What the bucket refuses to everybody, whatever their role allows. */
function refusals(bucket: Bucket, key: IKey): readonly PolicyStatement[] {
  const deny = (
    sid: string,
    actions: string[],
    conditions: NonNullable<PolicyStatementProps["conditions"]>,
  ) =>
    new PolicyStatement({
      sid,
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions,
      resources: [bucket.arnForObjects("*")],
      conditions,
    });
  const creates = { "s3:ObjectCreationOperation": "true" };
  return [
    deny("RefuseOldSignaturesOfParts", ["s3:*"], {
      NumericGreaterThan: { "s3:signatureAge": PART_SIGNATURE_SECONDS * 1000 },
    }),
    deny("RefuseOldSignaturesOfFiles", ["s3:PutObject"], {
      NumericGreaterThan: { "s3:signatureAge": PUT_SIGNATURE_SECONDS * 1000 },
      Bool: creates,
    }),
    // Beginning an upload and sending a part know no such header and create no object.
    deny("RefuseOverwriting", ["s3:PutObject"], { Null: { "s3:if-none-match": "true" }, Bool: creates }),
    // With a header of its own, an upload could name the service's key, another algorithm or no key at all.
    deny("RefuseOtherKeys", ["s3:PutObject"], {
      Null: { "s3:x-amz-server-side-encryption": "false" },
      StringNotEquals: { "s3:x-amz-server-side-encryption-aws-kms-key-id": key.keyArn },
    }),
  ];
}

/** S3 delivers its access logs only into buckets with its own encryption. */
function accessLogBucket(scope: Construct): IBucket {
  const bucket = new Bucket(scope, "AccessLogs", {
    versioned: true,
    encryption: BucketEncryption.S3_MANAGED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    lifecycleRules: [
      {
        id: "a-year",
        expiration: Duration.days(400),
        noncurrentVersionExpiration: Duration.days(30),
        abortIncompleteMultipartUploadAfter: Duration.days(7),
      },
    ],
    removalPolicy: RemovalPolicy.RETAIN,
  });
  // The library types its own class with an optional property that may be undefined.
  return bucket as IBucket;
}
