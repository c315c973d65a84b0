package dev.artserver.provider;

import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.ModelReply;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Records all calls of a listener, and what must not happen.
public final class RecordingListener implements CallListener {
  private final List<String> text = new CopyOnWriteArrayList<>();
  private final List<String> thinking = new CopyOnWriteArrayList<>();
  private final List<String> pieces = new CopyOnWriteArrayList<>();
  private final CompletableFuture<ModelReply> end = new CompletableFuture<>();
  private volatile @Nullable Thread thread;
  private volatile @Nullable String complaint;

  @Override
  public void onText(String piece) {
    check(piece);
    text.add(piece);
    pieces.add(piece);
  }

  @Override
  public void onThinking(String piece) {
    check(piece);
    thinking.add(piece);
    pieces.add("(" + piece + ")");
  }

  @Override
  public void onAgain(Failure failure) {
    check("again");
    text.clear();
    thinking.clear();
    pieces.add("[again after " + failure.message() + "]");
  }

  @Override
  public void onDone(ModelReply reply) {
    check("end");
    end.complete(reply);
  }

  @Override
  public void onFailed(Failure failure) {
    check("end");
    end.completeExceptionally(new FailureException(failure));
  }

  /// Waits for the reply.
  public ModelReply reply() {
    return end.orTimeout(30, TimeUnit.SECONDS).join();
  }

  /// Waits for the failure.
  public Failure failure() {
    end.orTimeout(30, TimeUnit.SECONDS).handle((reply, error) -> "over").join();
    if (end.isCompletedExceptionally()
        && end.exceptionNow() instanceof FailureException exception) {
      return exception.failure();
    }
    throw new AssertionError("it did not fail: " + end);
  }

  public boolean ended() {
    return end.isDone();
  }

  public String text() {
    return String.join("", text);
  }

  public String thinking() {
    return String.join("", thinking);
  }

  /// Text as it came, piece by piece; thinking in brackets.
  public List<String> pieces() {
    return List.copyOf(pieces);
  }

  /// Empty when everything came on one thread, in order, with one end.
  public String complaint() {
    String found = complaint;
    return found == null ? "" : found;
  }

  private void check(String piece) {
    Thread now = Thread.currentThread();
    Thread before = thread;
    if (before != null && before != now) {
      complaint = "heard on two threads";
    }
    thread = now;
    if (piece.isEmpty()) {
      complaint = "heard an empty piece";
    }
    if (end.isDone()) {
      complaint = "heard more after the end";
    }
  }
}
