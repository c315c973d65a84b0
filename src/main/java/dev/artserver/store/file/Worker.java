package dev.artserver.store.file;

/// Does jobs with one connection, on one thread of the store.
///
/// @param <C> the connection
interface Worker<C> {
  /// Does this job, perhaps with more from the queue, and answers all it took. Whatever a job
  /// throws is that job's failure.
  void serve(Job<C, ?> first);

  /// Answers what `serve` took and has not answered, after `serve` threw.
  void abandon(Throwable cause);

  /// Closes the connection.
  void close();
}
