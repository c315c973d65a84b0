package dev.artserver.provider.openai;

import dev.artserver.model.ModelReply;
import dev.artserver.model.ToolCall;
import dev.artserver.model.Usage;
import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.openai.OpenAiTokenUsage;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/// LangChain4j reading the bytes of a stream: a second opinion of what they say.
final class LangChain4jWitness {
  private final byte[] stream;
  private final OpenAiStreamingChatModel model;

  LangChain4jWitness(byte[] stream) {
    this.stream = stream;
    this.model =
        OpenAiStreamingChatModel.builder()
            .httpClientBuilder(new Replay())
            .baseUrl("http://127.0.0.1:1/v1")
            .apiKey("none")
            .modelName("scripted-1")
            .returnThinking(true)
            .build();
  }

  /// What it makes of the stream; joins nothing and waits for nothing, for no I/O is done.
  ModelReply reply() {
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
    return reply(response.join());
  }

  private static ModelReply reply(ChatResponse response) {
    var message = response.aiMessage();
    List<ToolCall> toolCalls =
        message.toolExecutionRequests().stream()
            .map(call -> new ToolCall(call.id(), call.name(), call.arguments()))
            .toList();
    OpenAiTokenUsage tokens = (OpenAiTokenUsage) response.tokenUsage();
    String reason = response.finishReason().name().toLowerCase(Locale.ROOT);
    return new ModelReply(
        message.text() == null ? "" : message.text(),
        message.thinking() == null ? "" : message.thinking(),
        toolCalls,
        new Usage(
            tokens.inputTokenCount(),
            tokens.outputTokenCount(),
            tokens.outputTokensDetails().reasoningTokens()),
        reason.equals("tool_execution") ? "tool_calls" : reason);
  }

  /// Answers every request with the bytes.
  private final class Replay implements HttpClient, HttpClientBuilder {
    @Override
    public void execute(
        HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
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
}
