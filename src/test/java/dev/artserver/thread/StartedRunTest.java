package dev.artserver.thread;

import static dev.artserver.thread.LiveThreads.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.app.settings.TestConfigs;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.stream.FeedEnd;
import dev.artserver.stream.FeedPart;
import dev.artserver.stream.FeedReader;
import dev.artserver.stream.FollowRequest;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;

/// Runs that are started and followed with one call.
class StartedRunTest {
  private static final ThreadId THREAD = new ThreadId("t");

  private final LiveThreads live = new LiveThreads(TestConfigs.THREADS, InstantSource.system());

  @AfterEach
  void stop() {
    live.close();
  }

  /// Found under load: a reader that joined after a quick call had ended did not get its text.
  @RepeatedTest(20)
  void its_reader_gets_the_text_of_a_call_that_ends_at_once() {
    live.create(THREAD);
    Reader reader = new Reader();

    Threads.StartedRun run =
        await(
            live.onContext(() ->
                live.threads
                    .start(
                        LiveThreads.run(THREAD), new FollowRequest(0, true, Set.of(), null), reader)
                    .onComplete(started -> reader.told = true)));

    await(reader.ended.future());
    assertThat(run.following().succeeded()).isTrue();
    assertThat(reader.words.toString()).isEqualTo(LiveThreads.WORDS);
    assertThat(reader.facts.getFirst()).isInstanceOf(ThreadEvent.RunQueued.class);
    assertThat(reader.early).as("heard before it was told that it follows").isFalse();
  }

  private static final class Reader implements FeedReader {
    private final Promise<Void> ended = Promise.promise();
    private final List<ThreadEvent> facts = new java.util.ArrayList<>();
    private final StringBuilder words = new StringBuilder();
    private boolean told;
    private boolean early;

    @Override
    public Future<Void> onPart(FeedPart part) {
      early |= !told;
      for (FeedPart.Item item : part.items()) {
        switch (item) {
          case FeedPart.TokenItem token -> words.append(token.text());
          case FeedPart.FactItem(var fact) -> {
            facts.add(fact.event());
            if (fact.event() instanceof ThreadEvent.RunCompleted) {
              ended.complete();
            }
          }
        }
      }
      return Future.succeededFuture();
    }

    @Override
    public void onEnded(FeedEnd end) {
      ended.tryFail("ended: " + end);
    }
  }
}
