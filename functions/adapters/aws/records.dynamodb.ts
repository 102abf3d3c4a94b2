import { randomUUID } from "node:crypto";
import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { InvalidInputError } from "#contracts/errors.ts";
import { recordsTable } from "#contracts/table.ts";
import type {
  ListEntry,
  ListQuery,
  PutResult,
  RangeQuery,
  RecordData,
  RecordKey,
  Records,
  RecordWrite,
  StoredRecord,
  WriteCondition,
} from "#ports/records.ts";
import { asDependencyError, isNamed } from "./aws-errors.ts";

const { indexes } = recordsTable;

/**
 * A client whose calls end within about 10 s, retries included: DynamoDB answers in milliseconds, so a call that
 * takes a second is lost, and the state machine tries again by itself.
 */
export const createDynamoClient = (
  overrides: Pick<DynamoDBClientConfig, "region" | "endpoint" | "credentials"> = {},
): DynamoDBClient =>
  new DynamoDBClient({
    ...overrides,
    maxAttempts: 4,
    retryMode: "standard",
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
  });

type Item = Record<string, unknown>;

const toStored = (item: Item): StoredRecord => ({
  pk: String(item["pk"]),
  sk: String(item["sk"]),
  revision: Number(item["revision"]),
  data: item["data"] as RecordData,
});

const keyOf = ({ pk, sk }: RecordKey) => ({ pk, sk });

/** What must hold of the item, in the language of conditions; nothing for `any`. */
const conditionOf = (condition: WriteCondition) => {
  if (condition === "any") {
    return { values: {} };
  }
  return condition === "absent"
    ? { expression: "attribute_not_exists(pk)", values: {} }
    : { expression: "revision = :expected", values: { ":expected": condition.revision } };
};

const indexAttributes = (name: keyof typeof indexes, entry: ListEntry | undefined) => ({
  [indexes[name].partitionKey]: entry?.list,
  [indexes[name].sortKey]: entry?.order,
});

/** One `UpdateItem` for all conditions: it counts the revision up, sets what is there and removes what is not. */
const updateOf = (
  table: string,
  record: RecordWrite,
  condition: WriteCondition,
  token: string,
): UpdateCommandInput => {
  const attributes: Item = {
    data: record.data,
    token,
    ...indexAttributes("byTime", record.byTime),
    ...indexAttributes("byDue", record.byDue),
    [recordsTable.timeToLive]: record.expiresAt,
  };
  const names = Object.keys(attributes);
  const set = names.filter((name) => attributes[name] !== undefined);
  const remove = names.filter((name) => attributes[name] === undefined);
  const { expression, values } = conditionOf(condition);
  return {
    TableName: table,
    Key: keyOf(record),
    UpdateExpression: [
      `SET ${set.map((name) => `#${name} = :${name}`).join(", ")}`,
      ", revision = if_not_exists(revision, :zero) + :one",
      remove.length === 0 ? "" : ` REMOVE ${remove.map((name) => `#${name}`).join(", ")}`,
    ].join(""),
    ...(expression === undefined ? {} : { ConditionExpression: expression }),
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ":zero": 0,
      ":one": 1,
      ...values,
      ...Object.fromEntries(set.map((name) => [`:${name}`, attributes[name]])),
    },
    ReturnValues: "UPDATED_NEW",
  };
};

const rangeOf = (
  partition: { readonly name: string; readonly value: string },
  sort: string,
  { from, to, descending }: Pick<RangeQuery, "from" | "to" | "descending">,
): Omit<QueryCommandInput, "TableName"> => {
  const bounds = [
    ...(from === undefined ? [] : [{ name: ":from", value: from, test: "#sort >= :from" }]),
    ...(to === undefined ? [] : [{ name: ":to", value: to, test: "#sort <= :to" }]),
  ];
  // DynamoDB takes one condition on the sort key.
  const onSort = bounds.length === 2 ? ["#sort BETWEEN :from AND :to"] : bounds.map((bound) => bound.test);
  return {
    KeyConditionExpression: ["#partition = :partition", ...onSort].join(" AND "),
    ExpressionAttributeNames: {
      "#partition": partition.name,
      ...(bounds.length === 0 ? {} : { "#sort": sort }),
    },
    ExpressionAttributeValues: {
      ":partition": partition.value,
      ...Object.fromEntries(bounds.map((bound) => [bound.name, bound.value])),
    },
    ScanIndexForward: descending !== true,
  };
};

/** Where `from` lies after `to` there is nothing; DynamoDB would refuse to look. */
const isEmptyRange = ({ from, to }: Pick<RangeQuery, "from" | "to">): boolean =>
  from !== undefined && to !== undefined && Buffer.compare(Buffer.from(from), Buffer.from(to)) > 0;

const isTooLarge = (error: unknown): boolean =>
  isNamed(error, "ValidationException") && error instanceof Error && /item size/i.test(error.message);

/**
 * As many as the SDK has connections. A call that waits for one there counts as not answered, and loops within loops
 * ask for thousands at once: they wait here, where no time runs.
 */
const CALLS_AT_ONCE = 48;

const createLine = (most: number) => {
  const waiting: (() => void)[] = [];
  let free = most;
  return async <Output>(call: () => Promise<Output>): Promise<Output> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await call();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
};

/** Runs a call, telling refusals for load, timeouts and items over 400 KB by our own errors. */
const calling = async <Output>(call: () => Promise<Output>): Promise<Output> => {
  try {
    return await call();
  } catch (error) {
    if (isTooLarge(error)) {
      throw new InvalidInputError("A record is larger than the 400 KB that the table takes.");
    }
    throw asDependencyError("DynamoDB", error);
  }
};

/**
 * Records in one DynamoDB table of the shape of `recordsTable`. Reads by key and partition are strongly
 * consistent; those of the list indexes cannot be.
 */
export const createDynamoRecords = (options: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}): Records => {
  const { tableName } = options;
  const client = DynamoDBDocumentClient.from(options.client, {
    marshallOptions: { removeUndefinedValues: true },
  });

  const line = createLine(CALLS_AT_ONCE);
  const inLine = <Output>(call: () => Promise<Output>): Promise<Output> => calling(() => line(call));

  const readItem = async (key: RecordKey): Promise<Item | undefined> => {
    const command = new GetCommand({ TableName: tableName, Key: keyOf(key), ConsistentRead: true });
    return (await inLine(() => client.send(command))).Item;
  };

  /**
   * The SDK repeats a write whose answer was lost, and the repetition then fails the condition that the first
   * try made false. The token tells our own write from somebody else's.
   */
  const afterRefusal = async (key: RecordKey, token: string): Promise<PutResult> => {
    const item = await readItem(key);
    return item?.["token"] === token
      ? { written: true, revision: toStored(item).revision }
      : { written: false };
  };

  const put = async (record: RecordWrite, condition: WriteCondition): Promise<PutResult> => {
    const token = randomUUID();
    try {
      const command = new UpdateCommand(updateOf(tableName, record, condition, token));
      const { Attributes } = await inLine(() => client.send(command));
      return { written: true, revision: Number(Attributes?.["revision"]) };
    } catch (error) {
      if (isNamed(error, "ConditionalCheckFailedException")) {
        return afterRefusal(record, token);
      }
      throw error;
    }
  };

  const remove: Records["remove"] = async (key, condition) => {
    const { expression, values } = conditionOf(condition);
    const command = new DeleteCommand({
      TableName: tableName,
      Key: keyOf(key),
      ...(expression === undefined
        ? {}
        : { ConditionExpression: expression, ExpressionAttributeValues: values }),
      ReturnValues: "ALL_OLD",
    });
    try {
      const { Attributes } = await inLine(() => client.send(command));
      return { removed: Attributes !== undefined };
    } catch (error) {
      if (isNamed(error, "ConditionalCheckFailedException")) {
        return { removed: false };
      }
      throw error;
    }
  };

  /** Pages until `limit` or the end: DynamoDB answers at most 1 MB at a time. */
  const readRange = async (
    range: Omit<QueryCommandInput, "TableName">,
    limit: number | undefined,
  ): Promise<readonly StoredRecord[]> => {
    const found: StoredRecord[] = [];
    let next: QueryCommandInput["ExclusiveStartKey"];
    do {
      const command = new QueryCommand({
        ...range,
        TableName: tableName,
        ...(limit === undefined ? {} : { Limit: limit - found.length }),
        ...(next === undefined ? {} : { ExclusiveStartKey: next }),
      });
      const page = await inLine(() => client.send(command));
      found.push(...(page.Items ?? []).map(toStored));
      next = page.LastEvaluatedKey;
    } while (next !== undefined && (limit === undefined || found.length < limit));
    return found;
  };

  const query = async (range: RangeQuery): Promise<readonly StoredRecord[]> =>
    isEmptyRange(range) || range.limit === 0
      ? []
      : readRange(
          {
            ...rangeOf({ name: recordsTable.partitionKey, value: range.pk }, recordsTable.sortKey, range),
            ConsistentRead: true,
          },
          range.limit,
        );

  const list = async (range: ListQuery): Promise<readonly StoredRecord[]> => {
    const { name, partitionKey, sortKey } = indexes[range.index];
    return isEmptyRange(range) || range.limit === 0
      ? []
      : readRange(
          { ...rangeOf({ name: partitionKey, value: range.list }, sortKey, range), IndexName: name },
          range.limit,
        );
  };

  const get: Records["get"] = async (key) => {
    const item = await readItem(key);
    return item && toStored(item);
  };

  return { get, query, put, remove, list };
};
