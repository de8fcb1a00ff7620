"""What `rag_qa` computes by itself, without a teacher: the corpus, the contexts, the gates and the wording."""
