import type { RecordKey, Records } from "#ports/records.ts";

/** Lets a test do something just before the first read or write that it names, as another process would. */
export function interruptBefore(
  records: Records,
  when: (call: { readonly type: "read" | "write"; readonly key: string }) => boolean,
  act: () => Promise<unknown>,
): Records {
  let waiting = true;
  const reach = async (type: "read" | "write", key: string): Promise<void> => {
    if (!waiting || !when({ type, key })) return;
    waiting = false;
    await act();
  };
  const name = ({ pk, sk }: RecordKey) => `${pk} ${sk}`;
  return {
    get: async (key) => {
      await reach("read", name(key));
      return records.get(key);
    },
    query: async (query) => {
      await reach("read", `${query.pk} ${query.from ?? ""}`);
      return records.query(query);
    },
    list: (query) => records.list(query),
    put: async (record, condition) => {
      await reach("write", name(record));
      return records.put(record, condition);
    },
    remove: (key, condition) => records.remove(key, condition),
  };
}
