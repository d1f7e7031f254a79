CREATE TABLE "search_word" (
	"client_id" text NOT NULL,
	"word" text NOT NULL
);
--> statement-breakpoint
DROP INDEX "message_client_idx";--> statement-breakpoint
DROP INDEX "message_search_words_idx";--> statement-breakpoint
DROP INDEX "message_search_trigrams_idx";--> statement-breakpoint
ALTER TABLE "message" ADD COLUMN "search_vector" "tsvector" GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, search_text)) STORED;--> statement-breakpoint
ALTER TABLE "search_word" ADD CONSTRAINT "search_word_client_id_organization_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "search_word_idx" ON "search_word" USING btree ("client_id","word" text_pattern_ops);--> statement-breakpoint
CREATE INDEX "search_word_trigrams_idx" ON "search_word" USING gin ("word" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "message_newest_idx" ON "message" USING btree ("client_id","audio_id") WHERE "message"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "message_title_idx" ON "message" USING btree ("client_id",lower("title"),"audio_id") WHERE "message"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "message_duration_idx" ON "message" USING btree ("client_id","duration_ms","audio_id") WHERE "message"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "message_aired_idx" ON "message" USING btree ("client_id",coalesce("last_aired_at", '-infinity'::timestamptz),"audio_id") WHERE "message"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "message_category_idx" ON "message" USING btree ("client_id","category_id","audio_id");--> statement-breakpoint
CREATE INDEX "message_voice_idx" ON "message" USING btree ("client_id","voice_id","audio_id");--> statement-breakpoint
CREATE INDEX "message_favourite_idx" ON "message" USING btree ("client_id","audio_id") WHERE "message"."is_favourite";--> statement-breakpoint
CREATE INDEX "message_tags_idx" ON "message" USING gin ("tags");--> statement-breakpoint
CREATE INDEX "message_bin_idx" ON "message" USING btree ("client_id","deleted_at","audio_id") WHERE "message"."deleted_at" is not null;--> statement-breakpoint
CREATE INDEX "message_search_idx" ON "message" USING gin ("search_vector");--> statement-breakpoint
CREATE INDEX "message_unindexed_idx" ON "message" USING btree ("audio_id") WHERE "message"."search_text" = '';--> statement-breakpoint
CREATE INDEX "air_message_idx" ON "air" USING btree ("audio_id");--> statement-breakpoint
CREATE INDEX "play_message_idx" ON "play" USING btree ("audio_id","play_id");