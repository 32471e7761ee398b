"""confluent-kafka: produces records from standard input, or consumes them to standard output.

A record is a line of JSON: its key, value and headers, the bytes in base64.
"""
import base64
import json
import sys
import time

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition


def encode(data):
    return None if data is None else base64.b64encode(data).decode()


def decode(text):
    return None if text is None else base64.b64decode(text)


def check(error, _):
    if error is not None:
        sys.exit(f"not delivered: {error}")


def produce(address, topic, codec):
    producer = Producer({
        "bootstrap.servers": address, "acks": "all", "compression.type": codec, "linger.ms": 20,
        "message.max.bytes": 4 << 20})
    for line in sys.stdin:
        record = json.loads(line)
        producer.produce(
            topic, partition=0, key=decode(record["key"]), value=decode(record["value"]),
            headers=[(name, decode(value)) for name, value in record["headers"]], on_delivery=check)
        producer.poll(0)
    if producer.flush(30) > 0:
        sys.exit("records are left")


def idempotent(address, topic, count):
    """Produces the numbers below count, and says so when all of them are acknowledged, in spite of the connection."""
    producer = Producer({
        "bootstrap.servers": address, "enable.idempotence": True, "linger.ms": 1, "batch.num.messages": 20,
        "message.timeout.ms": 120000, "reconnect.backoff.ms": 5, "reconnect.backoff.max.ms": 50, "retry.backoff.ms": 5,
        "error_cb": lambda error: None, "log_level": 0})
    for number in range(int(count)):
        producer.produce(topic, partition=0, value=str(number).encode(), on_delivery=check)
        if number % 20 == 19:
            producer.poll(0.002)
    if producer.flush(100) > 0:
        sys.exit("records are left")


def transact(address):
    """Asks for transactions, and prints whether that has failed for good, and after how many seconds."""
    producer = Producer({"bootstrap.servers": address, "transactional.id": "me", "log_level": 0})
    started = time.monotonic()
    try:
        producer.init_transactions(60)
    except KafkaException as error:
        print(json.dumps({
            "fatal": error.args[0].fatal(), "retriable": error.args[0].retriable(), "name": error.args[0].name(),
            "message": error.args[0].str(), "seconds": time.monotonic() - started}))


def consume(address, topic, count):
    consumer = Consumer({"bootstrap.servers": address, "group.id": "none", "enable.auto.commit": False, "check.crcs": True})
    consumer.assign([TopicPartition(topic, 0, 0)])
    for index in range(int(count)):
        record = consumer.poll(30)
        if record is None or record.error():
            sys.exit(f"no record {index}: {record and record.error()}")
        assert record.offset() == index, record.offset()
        print(json.dumps({
            "key": encode(record.key()), "value": encode(record.value()),
            "headers": [[name, encode(value)] for name, value in record.headers() or []]}))
    consumer.close()


if __name__ == "__main__":
    action, *arguments = sys.argv[1:]
    {"produce": produce, "idempotent": idempotent, "consume": consume, "transact": transact}[action](*arguments)
