// kafkajs: produces records from standard input, or consumes them to standard output. A record is a line of JSON: its
// key, value and headers, the bytes in base64.
const { Kafka, CompressionTypes, logLevel } = require('kafkajs');

const [action, address, topic, argument] = process.argv.slice(2);
const kafka = new Kafka({ clientId: 'kafkajs', brokers: [address], logLevel: logLevel.ERROR });
const encode = (data) => (data === null || data === undefined ? null : Buffer.from(data).toString('base64'));
const decode = (text) => (text === null ? null : Buffer.from(text, 'base64'));

async function produce(codec) {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const records = Buffer.concat(chunks).toString().split('\n').filter((line) => line).map((line) => JSON.parse(line));
  const producer = kafka.producer();
  await producer.connect();
  let messages = [];
  let size = 0;
  const send = async () => {
    await producer.send({ topic, acks: -1, compression: codec === 'gzip' ? CompressionTypes.GZIP : undefined, messages });
    messages = [];
    size = 0;
  };
  for (const record of records) {
    // It makes one batch of all that it is given, and a batch is bounded.
    const bytes = (record.value || '').length;
    if (messages.length > 0 && size + bytes > 500000) await send();
    messages.push({
      partition: 0,
      key: decode(record.key),
      value: decode(record.value),
      headers: Object.fromEntries(record.headers.map(([name, value]) => [name, decode(value)])),
    });
    size += bytes;
  }
  if (messages.length > 0) await send();
  await producer.disconnect();
}

async function consume(count) {
  const consumer = kafka.consumer({ groupId: `kafkajs-${topic}`, sessionTimeout: 10000 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await new Promise((resolve, reject) => {
    let seen = 0;
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    consumer.run({
      eachMessage: async ({ message }) => {
        if (Number(message.offset) !== seen) reject(new Error(`offset ${message.offset} instead of ${seen}`));
        const headers = Object.entries(message.headers).map(([name, value]) => [name, encode(value)]);
        console.log(JSON.stringify({ key: encode(message.key), value: encode(message.value), headers }));
        seen += 1;
        if (seen === count) resolve();
      },
    }).catch(reject);
  });
  await consumer.disconnect();
}

(action === 'produce' ? produce(argument) : consume(Number(argument))).catch((error) => {
  console.error(error);
  process.exit(1);
});
