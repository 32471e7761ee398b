"""kafka-python: writes numbered records until its input ends, or reads as a member of a group."""
import logging
import sys
import threading

from kafka import KafkaConsumer, KafkaProducer
from kafka.errors import CommitFailedError, KafkaError

# A pace, and how much may be outstanding: the brokers are to be disturbed, not to be busy.
PAUSE_SECONDS = 0.01
WINDOW = 10

lock = threading.Lock()


def say(*words):
    with lock:
        print(*words, flush=True)


def write(addresses, topic, partitions, writer):
    """Says of each record when it begins to write it and what became of it: "ack PARTITION NUMBER OFFSET"."""
    producer = KafkaProducer(
        bootstrap_servers=addresses.split(","), acks="all", retries=1 << 30, max_in_flight_requests_per_connection=1,
        linger_ms=5, retry_backoff_ms=50, reconnect_backoff_ms=20, reconnect_backoff_max_ms=200,
        request_timeout_ms=20000, max_block_ms=60000)
    stopping = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stopping.set()), daemon=True).start()

    def run(partition):
        window = threading.Semaphore(WINDOW)
        number = partition

        def acknowledged(metadata, each):
            say("ack", metadata.partition, each, metadata.offset)
            window.release()

        def failed(error, each):
            say("fail", partition, each, repr(error).replace("\n", " "))
            window.release()

        while not stopping.wait(PAUSE_SECONDS):
            if not window.acquire(timeout=1):
                continue
            say("begin", partition, number)
            try:
                sent = producer.send(topic, partition=partition, value=f"{writer} {number}".encode())
                sent.add_callback(acknowledged, each=number)
                sent.add_errback(failed, each=number)
            except KafkaError as error:
                window.release()
                say("fail", partition, number, repr(error).replace("\n", " "))
            number += partitions

    threads = [threading.Thread(target=run, args=(partition,)) for partition in range(partitions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    producer.flush(timeout=90)
    producer.close(timeout=10)


def member(addresses, topic, group):
    """Prints "record PARTITION OFFSET VALUE" of each record, and commits after that, until its input ends."""
    stopping = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stopping.set()), daemon=True).start()
    consumer = KafkaConsumer(
        topic, bootstrap_servers=addresses.split(","), group_id=group, auto_offset_reset="earliest",
        enable_auto_commit=False, session_timeout_ms=6000, heartbeat_interval_ms=500, retry_backoff_ms=50,
        reconnect_backoff_ms=20, reconnect_backoff_max_ms=200, metadata_max_age_ms=1000, request_timeout_ms=20000)
    while not stopping.is_set():
        for partition, records in consumer.poll(timeout_ms=100).items():
            for record in records:
                say("record", record.partition, record.offset, record.value.decode())
            try:
                consumer.commit()
                say("committed")
            except CommitFailedError:
                pass  # The group has moved on: what was not committed is processed again.
    consumer.close(autocommit=False)


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    if sys.argv[1] == "write":
        write(sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5])
    else:
        member(*sys.argv[2:])
