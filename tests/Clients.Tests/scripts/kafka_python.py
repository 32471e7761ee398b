"""kafka-python: produces records from standard input, consumes them to standard output, or joins a group.

A record is a line of JSON: its key, value and headers, the bytes in base64.
"""
import base64
import json
import sys

from kafka import ConsumerRebalanceListener, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import CommitFailedError


def encode(data):
    return None if data is None else base64.b64encode(data).decode()


def decode(text):
    return None if text is None else base64.b64decode(text)


def produce(address, topic, codec):
    producer = KafkaProducer(
        bootstrap_servers=address, acks="all", compression_type=None if codec == "none" else codec, linger_ms=20,
        max_request_size=4 << 20)
    sent = []
    for line in sys.stdin:
        record = json.loads(line)
        headers = [(name, decode(value)) for name, value in record["headers"]]
        sent.append(producer.send(
            topic, partition=0, key=decode(record["key"]), value=decode(record["value"]), headers=headers))
    for each in sent:
        each.get(timeout=30)
    producer.close()


def consume(address, topic, count):
    consumer = KafkaConsumer(bootstrap_servers=address, auto_offset_reset="earliest", group_id=None)
    consumer.assign([TopicPartition(topic, 0)])
    for index, record in zip(range(count), consumer):
        assert record.offset == index, record.offset
        print(json.dumps({
            "key": encode(record.key), "value": encode(record.value),
            "headers": [[name, encode(value)] for name, value in record.headers]}))
    consumer.close(autocommit=False)


def member(address, topic, group):
    """Prints each assignment with its generation, and each record, which is committed after that."""
    class Listener(ConsumerRebalanceListener):
        def on_partitions_revoked(self, revoked):
            pass

        def on_partitions_assigned(self, assigned):
            print("assigned", consumer._coordinator._generation.generation_id, *sorted(each.partition for each in assigned), flush=True)

    consumer = KafkaConsumer(
        bootstrap_servers=address, group_id=group, auto_offset_reset="earliest", enable_auto_commit=False,
        session_timeout_ms=3000, heartbeat_interval_ms=300, max_poll_records=20, metadata_max_age_ms=1000)
    consumer.subscribe([topic], listener=Listener())
    while True:
        for partition, records in consumer.poll(timeout_ms=100).items():
            for record in records:
                print("record", record.partition, record.offset, record.value.decode(), flush=True)
        try:
            consumer.commit()
        except CommitFailedError:
            pass  # The group has moved on: what was not committed is processed again by another member.


if __name__ == "__main__":
    action, address, topic, argument = sys.argv[1:]
    if action == "produce":
        produce(address, topic, argument)
    elif action == "consume":
        consume(address, topic, int(argument))
    else:
        member(address, topic, argument)
