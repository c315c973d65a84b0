package dev.artserver.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.http.exchange.ApiExchange;
import dev.artserver.http.exchange.OperationHandler;
import dev.artserver.http.query.MessageReader;
import dev.artserver.model.Message;
import dev.artserver.model.Role;
import dev.artserver.thread.ThreadCommand;
import dev.artserver.thread.Threads;
import dev.artserver.wire.ImageLimits;
import dev.artserver.wire.MessageJson;
import dev.artserver.wire.MessageView;
import dev.artserver.wire.NewMessagesRequest;
import dev.artserver.wire.PageView;
import io.vertx.core.Future;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Reads the conversation and adds to it.
final class MessageRoutes {
  private final Threads threads;
  private final MessageReader reader;
  private final PageLimits limits;
  private final ImageLimits images;

  MessageRoutes(Threads threads, PageLimits limits, ImageLimits images) {
    this.threads = threads;
    this.limits = limits;
    this.images = images;
    reader = new MessageReader(threads);
  }

  void addTo(Map<String, OperationHandler> endpoints) {
    endpoints.put("listMessages", this::list);
    endpoints.put("addMessages", this::add);
  }

  private Future<?> list(ApiExchange exchange) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    exchange.list("roles").forEach(role -> roles.add(Role.valueOf(role.toUpperCase(Locale.ROOT))));
    return reader
        .read(
            exchange.thread(),
            new MessageReader.Range(
                exchange.number("after", 0),
                exchange.number("before", Long.MAX_VALUE),
                !exchange.has("after"),
                roles,
                limits.of(exchange)))
        .compose(page ->
            exchange.answer(
                200,
                PageView.write(
                    page.items().stream()
                        .map(found -> MessageView.write(found.seq(), found.message()))
                        .toList(),
                    page.nextCursor())));
  }

  private Future<?> add(ApiExchange exchange) {
    List<ThreadCommand.NewMessage> messages =
        NewMessagesRequest.read(exchange.object(), images).messages().stream()
            .map(message ->
                new ThreadCommand.NewMessage(
                    message.role(), message.content(), message.parts(), message.metadata()))
            .toList();
    return threads
        .ask(
            new ThreadCommand.AddMessages(
                exchange.thread(),
                exchange.caller(),
                messages,
                exchange.operation("messages.add", exchange.thread(), exchange::body)))
        .compose(added -> exchange.answer(201, PageView.write(written(added.messages()), null)));
  }

  private static List<ObjectNode> written(List<Message> messages) {
    return messages.stream().map(MessageJson::write).toList();
  }
}
