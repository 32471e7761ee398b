/* A load driver on librdkafka: the client that every Kafka broker is measured with.
 *
 *   driver mock [TOPIC:PARTITIONS...]                          librdkafka's own mock broker, until standard input ends
 *   driver version
 *   driver create  BROKERS TOPIC PARTITIONS REPLICAS
 *   driver delete  BROKERS TOPIC
 *   driver fill    BROKERS TOPIC PARTITIONS COUNT BYTES        COUNT records into each partition
 *   driver produce BROKERS TOPIC SECONDS BYTES ACKS LINGER_MS  as fast as it goes, until all is acknowledged
 *   driver lone    BROKERS TOPIC SECONDS BYTES ACKS            one record at a time, each acknowledged before the next
 *   driver fetch   BROKERS TOPIC PARTITIONS SECONDS            every partition from its beginning, again and again
 *
 * A measurement prints one line of key=value pairs; `cpu` is the driver's own seconds of CPU time while it measured.
 * Exits with 1 and a reason on any error: a figure with errors in it is none. Settings that are not named here are
 * librdkafka's defaults.
 */
#define _GNU_SOURCE
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define PATIENCE_MS 60000

static long delivered, failed;
static char reason[512];

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double cpu(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void die(const char *what, const char *why) {
  fprintf(stderr, "driver: %s: %s\n", what, why);
  exit(1);
}

static void *some(size_t count, size_t size) {
  void *memory = calloc(count, size);
  if (!memory) die("memory", "there is none left");
  return memory;
}

static char *value_of(size_t bytes) {
  char *value = some(bytes + 1, 1);
  memset(value, 'x', bytes);
  return value;
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value) {
  if (rd_kafka_conf_set(conf, name, value, reason, sizeof reason) != RD_KAFKA_CONF_OK) die(name, reason);
}

static rd_kafka_t *client(rd_kafka_type_t type, rd_kafka_conf_t *conf) {
  rd_kafka_t *rk = rd_kafka_new(type, conf, reason, sizeof reason);
  if (!rk) die("client", reason);
  return rk;
}

static void on_delivery(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque) {
  (void)rk, (void)opaque;
  if (!message->err) { delivered++; return; }
  if (!failed++) snprintf(reason, sizeof reason, "%s", rd_kafka_err2str(message->err));
}

static rd_kafka_t *producer(const char *brokers, const char *acks, const char *linger) {
  rd_kafka_conf_t *conf = rd_kafka_conf_new();
  set(conf, "bootstrap.servers", brokers);
  set(conf, "acks", acks);
  set(conf, "linger.ms", linger);
  rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
  return client(RD_KAFKA_PRODUCER, conf);
}

/* Hands over one record; waits while the client's queue is full. */
static void post(rd_kafka_t *rk, rd_kafka_topic_t *topic, int partition, char *value, size_t bytes) {
  while (rd_kafka_produce(topic, partition, RD_KAFKA_MSG_F_COPY, value, bytes, NULL, 0, NULL)) {
    if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL) die("produce", rd_kafka_err2str(rd_kafka_last_error()));
    rd_kafka_poll(rk, 5);
  }
}

/* Waits until everything is acknowledged, without error. */
static void settle(rd_kafka_t *rk) {
  if (rd_kafka_flush(rk, PATIENCE_MS)) die("produce", "not all records were acknowledged within a minute");
  if (failed) die("produce", reason);
}

/* Sends one record and waits for it, so that connecting is not measured. */
static void warm_up(rd_kafka_t *rk, rd_kafka_topic_t *topic, char *value, size_t bytes) {
  post(rk, topic, 0, value, bytes);
  settle(rk);
  delivered = 0;
}

static int mock(char **topics) {
  rd_kafka_t *rk = client(RD_KAFKA_PRODUCER, rd_kafka_conf_new());
  rd_kafka_mock_cluster_t *cluster = rd_kafka_mock_cluster_new(rk, 1);
  for (; *topics; topics++) {
    char *colon = strchr(*topics, ':');
    if (!colon) die(*topics, "not TOPIC:PARTITIONS");
    *colon = 0;
    if (rd_kafka_mock_topic_create(cluster, *topics, atoi(colon + 1), 1)) die(*topics, "the mock did not make it");
  }
  printf("ready: %s\n", rd_kafka_mock_cluster_bootstraps(cluster));
  fflush(stdout);
  while (getchar() != EOF) {}
  rd_kafka_mock_cluster_destroy(cluster);
  rd_kafka_destroy(rk);
  return 0;
}

/* Waits for the outcome of one creation or deletion. */
static void expect_done(rd_kafka_queue_t *queue, int created) {
  rd_kafka_event_t *event = rd_kafka_queue_poll(queue, PATIENCE_MS);
  if (!event) die("admin", "no answer within a minute");
  if (rd_kafka_event_error(event)) die("admin", rd_kafka_event_error_string(event));
  size_t count;
  const rd_kafka_topic_result_t **results = created
    ? rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count)
    : rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &count);
  if (rd_kafka_topic_result_error(results[0])) die("admin", rd_kafka_err2str(rd_kafka_topic_result_error(results[0])));
  rd_kafka_event_destroy(event);
}

static int create(char **a) {
  rd_kafka_t *rk = producer(a[0], "1", "0");
  rd_kafka_queue_t *queue = rd_kafka_queue_new(rk);
  rd_kafka_NewTopic_t *topic = rd_kafka_NewTopic_new(a[1], atoi(a[2]), atoi(a[3]), reason, sizeof reason);
  if (!topic) die("create", reason);
  rd_kafka_CreateTopics(rk, &topic, 1, NULL, queue);
  expect_done(queue, 1);
  rd_kafka_NewTopic_destroy(topic);
  rd_kafka_queue_destroy(queue);
  rd_kafka_destroy(rk);
  return 0;
}

static int delete(char **a) {
  rd_kafka_t *rk = producer(a[0], "1", "0");
  rd_kafka_queue_t *queue = rd_kafka_queue_new(rk);
  rd_kafka_DeleteTopic_t *topic = rd_kafka_DeleteTopic_new(a[1]);
  rd_kafka_DeleteTopics(rk, &topic, 1, NULL, queue);
  expect_done(queue, 0);
  rd_kafka_DeleteTopic_destroy(topic);
  rd_kafka_queue_destroy(queue);
  rd_kafka_destroy(rk);
  return 0;
}

static int fill(char **a) {
  long partitions = atol(a[2]), count = atol(a[3]);
  size_t bytes = strtoul(a[4], NULL, 10);
  char *value = value_of(bytes);
  rd_kafka_t *rk = producer(a[0], "1", "50"); /* Long enough for full batches. */
  rd_kafka_topic_t *topic = rd_kafka_topic_new(rk, a[1], NULL);
  for (int partition = 0; partition < partitions; partition++) {
    for (long i = 0; i < count; i++) post(rk, topic, partition, value, bytes);
    rd_kafka_poll(rk, 0);
  }
  settle(rk);
  rd_kafka_topic_destroy(topic);
  rd_kafka_destroy(rk);
  return 0;
}

static int produce(char **a) {
  double seconds = atof(a[2]);
  size_t bytes = strtoul(a[3], NULL, 10);
  char *value = value_of(bytes);
  rd_kafka_t *rk = producer(a[0], a[4], a[5]);
  rd_kafka_topic_t *topic = rd_kafka_topic_new(rk, a[1], NULL);
  warm_up(rk, topic, value, bytes);
  double start = now(), spent = cpu();
  do {
    for (int i = 0; i < 1024; i++) post(rk, topic, 0, value, bytes);
    rd_kafka_poll(rk, 0);
  } while (now() - start < seconds);
  settle(rk);
  printf("seconds=%.6f records=%ld bytes=%ld cpu=%.3f\n",
         now() - start, delivered, delivered * (long)bytes, cpu() - spent);
  rd_kafka_topic_destroy(topic);
  rd_kafka_destroy(rk);
  return 0;
}

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* The value that this share of the sorted ones does not exceed, in millionths. */
static double percentile(const double *sorted, size_t count, double share) {
  size_t index = (size_t)(share * (double)count);
  return sorted[index < count ? index : count - 1] * 1e6;
}

static int lone(char **a) {
  enum { MOST = 1000000 };
  double seconds = atof(a[2]);
  size_t bytes = strtoul(a[3], NULL, 10), count = 0;
  char *value = value_of(bytes);
  double *times = some(MOST, sizeof *times);
  rd_kafka_t *rk = producer(a[0], a[4], "0");
  rd_kafka_topic_t *topic = rd_kafka_topic_new(rk, a[1], NULL);
  warm_up(rk, topic, value, bytes);
  double first = now(), spent = cpu();
  while (count < MOST && now() - first < seconds) {
    long before = delivered;
    double start = now();
    post(rk, topic, 0, value, bytes);
    while (delivered == before && !failed) rd_kafka_poll(rk, 1000);
    if (failed) die("lone", reason);
    times[count++] = now() - start;
  }
  double took = now() - first;
  qsort(times, count, sizeof *times, compare);
  printf("seconds=%.6f records=%zu bytes=%zu cpu=%.3f p50=%.1f p99=%.1f\n", took, count, count * bytes, cpu() - spent,
         percentile(times, count, 0.5), percentile(times, count, 0.99));
  rd_kafka_topic_destroy(topic);
  rd_kafka_destroy(rk);
  return 0;
}

static int fetch(char **a) {
  enum { MOST = 10000, WAIT_MS = 5 };
  int partitions = atoi(a[2]);
  double seconds = atof(a[3]), start = 0, spent = 0, took = 0, heard = now();
  long records = 0, bytes = 0;
  rd_kafka_conf_t *conf = rd_kafka_conf_new();
  set(conf, "bootstrap.servers", a[0]);
  set(conf, "enable.partition.eof", "true");
  /* Once a partition's queue is full librdkafka 2.0 looks at it again after a second: with the default of 100,000 records
   * that pause would be most of the figure. */
  set(conf, "queued.min.messages", "5000000");
  set(conf, "queued.max.messages.kbytes", "1000000");
  /* At the end of the log it asks for more before it is told to go back; that question must not be waited for. */
  set(conf, "fetch.wait.max.ms", "1");
  rd_kafka_t *rk = client(RD_KAFKA_CONSUMER, conf);
  rd_kafka_topic_t *topic = rd_kafka_topic_new(rk, a[1], NULL);
  rd_kafka_queue_t *queue = rd_kafka_queue_new(rk);
  for (int partition = 0; partition < partitions; partition++) {
    if (rd_kafka_consume_start_queue(topic, partition, RD_KAFKA_OFFSET_BEGINNING, queue))
      die("fetch", rd_kafka_err2str(rd_kafka_last_error()));
  }
  rd_kafka_message_t **batch = some(MOST, sizeof *batch);
  while (took < seconds) {
    /* A short wait: it ends when the batch is full or the time is over, also at the end of the log. */
    ssize_t got = rd_kafka_consume_batch_queue(queue, WAIT_MS, batch, MOST);
    if (got < 0) die("fetch", rd_kafka_err2str(rd_kafka_last_error()));
    if (got > 0) heard = now();
    else if (now() - heard > 10) die("fetch", "nothing came within 10 s");
    for (ssize_t i = 0; i < got; i++) {
      rd_kafka_message_t *message = batch[i];
      if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        /* From the beginning again; the other partitions go on meanwhile. */
        if (rd_kafka_seek(topic, message->partition, RD_KAFKA_OFFSET_BEGINNING, 0)) die("fetch", "seek failed");
      } else if (message->err) {
        die("fetch", rd_kafka_message_errstr(message));
      } else {
        records++;
        bytes += (long)message->len;
      }
      rd_kafka_message_destroy(message);
    }
    if (start > 0) { took = now() - start; continue; }
    if (records == 0) continue;
    /* The clock starts behind the first records, which are not counted: connecting is not measured. */
    start = now();
    spent = cpu();
    records = bytes = 0;
  }
  printf("seconds=%.6f records=%ld bytes=%ld cpu=%.3f\n", took, records, bytes, cpu() - spent);
  for (int partition = 0; partition < partitions; partition++) rd_kafka_consume_stop(topic, partition);
  rd_kafka_queue_destroy(queue);
  rd_kafka_topic_destroy(topic);
  rd_kafka_destroy(rk);
  return 0;
}

int main(int count, char **words) {
  const char *what = count > 1 ? words[1] : "";
  if (!strcmp(what, "mock")) return mock(words + 2);
  if (!strcmp(what, "version")) return puts(rd_kafka_version_str()) == EOF;
  if (!strcmp(what, "create") && count == 6) return create(words + 2);
  if (!strcmp(what, "delete") && count == 4) return delete(words + 2);
  if (!strcmp(what, "fill") && count == 7) return fill(words + 2);
  if (!strcmp(what, "produce") && count == 8) return produce(words + 2);
  if (!strcmp(what, "lone") && count == 7) return lone(words + 2);
  if (!strcmp(what, "fetch") && count == 6) return fetch(words + 2);
  fprintf(stderr, "driver: see the head of driver.c for its use\n");
  return 2;
}
