package dev.artserver.provider.openai;

import dev.artserver.model.ModelReply;
import dev.artserver.model.Usage;
import dev.artserver.provider.wire.LangChain4jReplay;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.openai.OpenAiTokenUsage;

/// LangChain4j reading the bytes of a stream: a second opinion of what they say.
final class LangChain4jWitness {
  private final OpenAiStreamingChatModel model;

  LangChain4jWitness(byte[] stream) {
    this.model =
        OpenAiStreamingChatModel.builder()
            .httpClientBuilder(new LangChain4jReplay(stream))
            .baseUrl("http://127.0.0.1:1/v1")
            .apiKey("none")
            .modelName("scripted-1")
            .returnThinking(true)
            .build();
  }

  ModelReply reply() {
    return LangChain4jReplay.reply(model, LangChain4jWitness::usage);
  }

  private static Usage usage(ChatResponse response) {
    OpenAiTokenUsage tokens = (OpenAiTokenUsage) response.tokenUsage();
    return new Usage(
        tokens.inputTokenCount(),
        tokens.outputTokenCount(),
        tokens.outputTokensDetails().reasoningTokens());
  }
}
