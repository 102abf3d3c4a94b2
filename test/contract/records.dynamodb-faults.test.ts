import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  InternalServerError,
  ProvisionedThroughputExceededException,
  RequestLimitExceeded,
  ResourceNotFoundException,
} from "@aws-sdk/client-dynamodb";
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createDynamoClient, createDynamoRecords } from "#adapters/aws/records.dynamodb.ts";
import { DependencyUnavailableError, InvalidInputError } from "#contracts/errors.ts";
import type { Records } from "#ports/records.ts";
import { createTable, startDynalite } from "#test/support/dynamo-table.ts";
import { startFaultyGateway } from "#test/support/faulty-gateway.ts";

const credentials = { accessKeyId: "test", secretAccessKey: "test" };
const key = { pk: "P", sk: "A" };
const answer = { message: "injected", $metadata: {} };

const named = (name: string, extra: object = {}): Error =>
  Object.assign(new Error("injected"), { name, ...extra });

const MAY_PASS: readonly Error[] = [
  new ProvisionedThroughputExceededException(answer),
  new RequestLimitExceeded(answer),
  new InternalServerError(answer),
  named("ThrottlingException"),
  named("TimeoutError"),
  named("Error", { code: "ECONNRESET" }),
  named("Error", { code: "ECONNREFUSED" }),
  named("SomethingUnheardOf", { $metadata: { httpStatusCode: 503 } }),
];

describe("records in DynamoDB under injected errors", () => {
  const mocked = mockClient(DynamoDBDocumentClient);
  const records = createDynamoRecords({
    client: new DynamoDBClient({ region: "eu-west-2", credentials }),
    tableName: "records",
  });
  const calls: Readonly<Record<string, () => Promise<unknown>>> = {
    get: () => records.get(key),
    query: () => records.query({ pk: "P" }),
    list: () => records.list({ index: "byDue", list: "LOOK" }),
    put: () => records.put({ ...key, data: {} }, "any"),
    remove: () => records.remove(key, "any"),
  };
  afterEach(() => mocked.reset());
  afterAll(() => mocked.restore());

  it.each(Object.keys(calls))("tells by our own error what may pass, in %s", async (name) => {
    for (const error of MAY_PASS) {
      mocked.reset();
      mocked.rejects(error);
      await expect(calls[name]?.(), error.name).rejects.toThrow(DependencyUnavailableError);
    }
  });

  it("leaves an error that will not pass as it is", async () => {
    mocked.rejects(new ResourceNotFoundException(answer));
    await expect(records.get(key)).rejects.toThrow(ResourceNotFoundException);
  });

  it("says plainly that an item is too large", async () => {
    mocked.rejects(
      Object.assign(new Error("Item size to update has exceeded the maximum allowed size"), {
        name: "ValidationException",
      }),
    );
    await expect(records.put({ ...key, data: {} }, "any")).rejects.toThrow(InvalidInputError);
  });

  it("takes a failed condition for a lost race when the item bears another's token", async () => {
    mocked.on(UpdateCommand).rejects(new ConditionalCheckFailedException(answer));
    mocked.on(GetCommand).resolves({ Item: { ...key, revision: 1, token: "another", data: {} } });
    expect(await records.put({ ...key, data: {} }, "absent")).toEqual({ written: false });
  });

  it("takes a failed condition for a lost race when the item is gone", async () => {
    mocked.on(UpdateCommand).rejects(new ConditionalCheckFailedException(answer));
    mocked.on(GetCommand).resolves({});
    expect(await records.put({ ...key, data: {} }, { revision: 3 })).toEqual({ written: false });
  });

  it("does not guess who won when the item cannot be read after a failed condition", async () => {
    mocked.on(UpdateCommand).rejects(new ConditionalCheckFailedException(answer));
    mocked.on(GetCommand).rejects(new InternalServerError(answer));
    await expect(records.put({ ...key, data: {} }, "absent")).rejects.toThrow(DependencyUnavailableError);
  });

  it("says that nothing was removed when the condition fails", async () => {
    mocked.on(DeleteCommand).rejects(new ConditionalCheckFailedException(answer));
    expect(await records.remove(key, { revision: 1 })).toEqual({ removed: false });
  });

  it("fails as a whole when a later page fails, rather than giving half of the range", async () => {
    mocked
      .on(QueryCommand)
      .resolvesOnce({ Items: [{ ...key, revision: 1, data: {} }], LastEvaluatedKey: key })
      .rejects(new ProvisionedThroughputExceededException(answer));
    await expect(records.query({ pk: "P" })).rejects.toThrow(DependencyUnavailableError);
  });

  it("goes on after a page without items, and asks only for what is missing to the limit", async () => {
    const item = (sk: string) => ({ pk: "P", sk, revision: 1, data: {} });
    mocked
      .on(QueryCommand)
      .resolvesOnce({ Items: [item("A")], LastEvaluatedKey: { pk: "P", sk: "A" } })
      .resolvesOnce({ Items: [], LastEvaluatedKey: { pk: "P", sk: "B" } })
      .resolvesOnce({ Items: [item("C")], LastEvaluatedKey: { pk: "P", sk: "C" } });
    const found = await records.query({ pk: "P", limit: 2 });
    expect(found.map((record) => record.sk)).toEqual(["A", "C"]);
    expect(mocked.commandCalls(QueryCommand).map((call) => call.args[0].input.Limit)).toEqual([2, 1, 1]);
  });

  it("reads consistently by key and partition, and from indexes by name", async () => {
    mocked.on(GetCommand).resolves({});
    mocked.on(QueryCommand).resolves({});
    await records.get(key);
    await records.query({ pk: "P" });
    await records.list({ index: "byTime", list: "INCIDENTS" });
    expect(mocked.commandCalls(GetCommand)[0]?.args[0].input.ConsistentRead).toBe(true);
    const queries = mocked.commandCalls(QueryCommand).map((call) => call.args[0].input);
    expect(queries[0]).toMatchObject({ ConsistentRead: true });
    expect(queries[1]).toMatchObject({ IndexName: "byTime" });
    expect(queries[1]?.ConsistentRead).toBeUndefined();
  });
});

describe("records in DynamoDB over a network that fails", () => {
  let gateway: Awaited<ReturnType<typeof startFaultyGateway>>;
  let records: Records;
  let end: () => Promise<void>;
  let created = 0;
  beforeAll(async () => {
    const dynalite = await startDynalite();
    gateway = await startFaultyGateway(dynalite.endpoint);
    const client = createDynamoClient({ region: "eu-west-2", endpoint: gateway.endpoint, credentials });
    await createTable(client, "records");
    records = createDynamoRecords({ client, tableName: "records" });
    end = async () => {
      client.destroy();
      await gateway.stop();
      await dynalite.stop();
    };
  });
  afterAll(() => end());

  const freshKey = () => {
    created += 1;
    return { pk: `LOST#${created}`, sk: "A" };
  };

  it("knows its own creation again when the answer was lost and the SDK wrote twice", async () => {
    const fresh = freshKey();
    gateway.expectFaults("lose-answer");
    expect(await records.put({ ...fresh, data: { n: 1 } }, "absent")).toEqual({ written: true, revision: 1 });
    expect(gateway.calls().length).toBeGreaterThan(1);
    expect(await records.get(fresh)).toMatchObject({ revision: 1, data: { n: 1 } });
  });

  it("knows its own replacement again when the answer was lost", async () => {
    const fresh = freshKey();
    await records.put({ ...fresh, data: { n: 1 } }, "absent");
    gateway.expectFaults("lose-answer");
    expect(await records.put({ ...fresh, data: { n: 2 } }, { revision: 1 })).toEqual({
      written: true,
      revision: 2,
    });
    expect(await records.get(fresh)).toMatchObject({ revision: 2, data: { n: 2 } });
  });

  it("does not take another's item for its own after a lost answer to a refusal", async () => {
    const fresh = freshKey();
    await records.put({ ...fresh, data: { n: 1 } }, "absent");
    gateway.expectFaults("lose-answer");
    expect(await records.put({ ...fresh, data: { n: 2 } }, "absent")).toEqual({ written: false });
  });

  it("tries again after throttling and failures, within its attempts", async () => {
    const fresh = freshKey();
    gateway.expectFaults("throttle", "break", "throttle");
    expect(await records.put({ ...fresh, data: {} }, "absent")).toEqual({ written: true, revision: 1 });
    expect(gateway.calls()).toEqual(["throttle", "break", "throttle", "pass"]);
  });

  it("gives up with our own error when the throttling goes on", async () => {
    gateway.expectFaults("throttle", "throttle", "throttle", "throttle", "throttle");
    await expect(records.get(freshKey())).rejects.toThrow(DependencyUnavailableError);
    expect(gateway.calls()).toHaveLength(4);
  });

  it("answers many calls that are asked for at once: those that wait their turn are not late", async () => {
    const fresh = freshKey();
    await records.put({ ...fresh, data: { n: 1 } }, "absent");
    const found = await Promise.all(Array.from({ length: 1500 }, () => records.get(fresh)));
    expect(found.every((stored) => stored?.revision === 1)).toBe(true);
  });

  it("does not wait for an answer that never comes", async () => {
    gateway.expectFaults("silence");
    const before = performance.now();
    expect(await records.get(freshKey())).toBeUndefined();
    expect(performance.now() - before).toBeLessThan(5_000);
    expect(gateway.calls()).toEqual(["silence", "pass"]);
  });
});
