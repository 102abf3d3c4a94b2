/** The one table's shape: what the stack makes, the adapter writes and the tests start. */
export const recordsTable = {
  partitionKey: "pk",
  sortKey: "sk",
  /** Unix seconds after which DynamoDB may delete the item. */
  timeToLive: "expiresAt",
  /** Both project all attributes. Items without the two attributes are not in the index. */
  indexes: {
    byTime: { name: "byTime", partitionKey: "timePk", sortKey: "timeSk" },
    byDue: { name: "byDue", partitionKey: "duePk", sortKey: "dueSk" },
  },
} as const;
