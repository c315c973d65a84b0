package dev.artserver.provider.wire;

import dev.artserver.model.ModelReply;
import dev.artserver.model.ToolCall;
import dev.artserver.model.Usage;
import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Lets LangChain4j read the bytes of a stream, for a second opinion of what they say: it answers
/// every request with them.
public final class LangChain4jReplay implements HttpClient, HttpClientBuilder {
  private final byte[] stream;
  private @Nullable HttpRequest asked;

  public LangChain4jReplay(byte[] stream) {
    this.stream = stream;
  }

  /// What it makes of the stream; joins nothing and waits for nothing, for no I/O is done.
  public static ModelReply reply(StreamingChatModel model, Function<ChatResponse, Usage> usage) {
    CompletableFuture<ChatResponse> response = new CompletableFuture<>();
    model.chat(
        "?",
        new StreamingChatResponseHandler() {
          @Override
          public void onCompleteResponse(ChatResponse complete) {
            response.complete(complete);
          }

          @Override
          public void onError(Throwable error) {
            response.completeExceptionally(error);
          }
        });
    return reply(response.join(), usage);
  }

  private static ModelReply reply(ChatResponse response, Function<ChatResponse, Usage> usage) {
    var message = response.aiMessage();
    List<ToolCall> toolCalls =
        message.toolExecutionRequests().stream()
            .map(call ->
                new ToolCall(call.id() == null ? "" : call.id(), call.name(), call.arguments()))
            .toList();
    String reason = response.finishReason().name().toLowerCase(Locale.ROOT);
    return new ModelReply(
        message.text() == null ? "" : message.text(),
        message.thinking() == null ? "" : message.thinking(),
        toolCalls,
        usage.apply(response),
        reason.equals("tool_execution") ? "tool_calls" : reason);
  }

  /// The body of the last request.
  public String asked() {
    return Objects.requireNonNull(asked).body();
  }

  @Override
  public void execute(
      HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
    asked = request;
    parser.parse(new ByteArrayInputStream(stream), listener);
    listener.onClose();
  }

  @Override
  public SuccessfulHttpResponse execute(HttpRequest request) {
    throw new UnsupportedOperationException("only streams are replayed");
  }

  @Override
  public Duration connectTimeout() {
    return Duration.ofSeconds(1);
  }

  @Override
  public HttpClientBuilder connectTimeout(Duration timeout) {
    return this;
  }

  @Override
  public Duration readTimeout() {
    return Duration.ofSeconds(1);
  }

  @Override
  public HttpClientBuilder readTimeout(Duration timeout) {
    return this;
  }

  @Override
  public HttpClient build() {
    return this;
  }
}
