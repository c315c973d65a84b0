package dev.artserver.thread;

import static dev.artserver.model.Checks.require;

import java.time.Duration;

/// Limits of threads and their owners.
///
/// @param mailboxMax commands that may wait for one thread, at least 1
/// @param queuedRunsMax runs that may wait in one thread behind the current one, at least 0
/// @param attemptsMax how often a run is begun, without a call of it ending, before it fails; at
///   least 1
/// @param idleTimeout a thread without work and readers is evicted after it
/// @param residentMax threads active at once; beyond it the longest idle are evicted. Recovery
///   never goes beyond it
/// @param residentBytesMax estimated bytes of all active threads with their feeds; beyond it the
///   longest idle are evicted
/// @param snapshotEvery facts between two snapshots of a thread, at least 1
/// @param runTimeoutMax the longest time a run may be given
/// @param memoryMax estimated bytes of one thread; a run that makes it hold more fails
///   (`MEMORY_LIMIT_EXCEEDED`) before its next step
/// @param answerMax how long a question to people waits at most, and when its tool does not say
/// @param operationsKept how long a repeated command with an operation key gets the first answer
public record ThreadsConfig(
    int mailboxMax,
    int queuedRunsMax,
    int attemptsMax,
    Duration idleTimeout,
    int residentMax,
    long residentBytesMax,
    int snapshotEvery,
    Duration runTimeoutMax,
    long memoryMax,
    Duration operationsKept,
    Duration answerMax) {
  public ThreadsConfig {
    require(mailboxMax >= 1, "threads.mailboxMax must be at least 1, got " + mailboxMax);
    require(queuedRunsMax >= 0, "threads.queuedRunsMax must be at least 0, got " + queuedRunsMax);
    require(attemptsMax >= 1, "threads.attemptsMax must be at least 1, got " + attemptsMax);
    require(idleTimeout.isPositive(), "threads.idleTimeout must be positive, got " + idleTimeout);
    require(residentMax >= 1, "threads.residentMax must be at least 1, got " + residentMax);
    require(
        residentBytesMax >= 1,
        "threads.residentBytesMax must be at least 1, got " + residentBytesMax);
    require(snapshotEvery >= 1, "threads.snapshotEvery must be at least 1, got " + snapshotEvery);
    require(
        runTimeoutMax.isPositive(), "threads.runTimeoutMax must be positive, got " + runTimeoutMax);
    require(memoryMax >= 1, "threads.memoryMax must be at least 1, got " + memoryMax);
    require(
        operationsKept.isPositive(),
        "threads.operationsKept must be positive, got " + operationsKept);
    require(answerMax.isPositive(), "tools.answerMax must be positive, got " + answerMax);
  }
}
