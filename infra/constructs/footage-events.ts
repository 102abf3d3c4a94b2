import { Rule } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import { Construct } from "constructs";
import { FOOTAGE_PREFIX } from "#contracts/evidence-keys.ts";
import type { EvidenceBucket } from "./evidence-bucket.ts";
import type { HandlerFunction } from "./handler-function.ts";
import type { Operations } from "./operations.ts";
import { createWorkQueue, workOff } from "./work-queue.ts";

export type FootageEventsProps = {
  readonly evidence: EvidenceBucket;
  readonly intake: HandlerFunction;
  readonly operations: Operations;
};

/**
 * From "an object was created" to footage intake: bucket → EventBridge → queue → function. A message that
 * fails is tried again by itself; its neighbours in the batch are not.
 */
export class FootageEvents extends Construct {
  constructor(scope: Construct, id: string, { evidence, intake, operations }: FootageEventsProps) {
    super(scope, id);
    const queue = createWorkQueue(this, "Queue", {
      operations,
      name: "Intake",
      whenSetAside: "Footage has come but intake failed with it; the sweep tries again",
      whenLate: "Footage has been waiting for intake for over an hour",
    });
    new Rule(this, "Created", {
      description: "Footage was stored",
      eventPattern: {
        source: ["aws.s3"],
        detailType: ["Object Created"],
        detail: {
          bucket: { name: [evidence.bucket.bucketName] },
          object: { key: [{ prefix: FOOTAGE_PREFIX }] },
        },
      },
      targets: [
        new SqsQueue(queue, {
          deadLetterQueue: operations.deadLetters(
            "Events",
            "Footage has come but intake was not told; the sweep finds it",
          ),
        }),
      ],
    });
    workOff(this, queue, { handler: intake, operations, batchSize: 4 });
  }
}
